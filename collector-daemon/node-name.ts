/** What a node is called, and its claim to be the only one that runs under that name. */
import { hostname } from 'node:os';
import { NocturneError } from '../core/errors.ts';
import type { NodeName } from '../core/id.ts';
import { pause, type Timers } from '../core/time.ts';
import type { Queryable } from '../service/store/connection/queryable.ts';
import {
  enterName,
  findNamesake,
  type Namesake,
  type NodeIdentity,
} from '../service/store/operating/node-name.ts';
import type { Environment } from './config.ts';

const longest = 63;

/** As it is set, else the host's; with the role behind it where that is one of two, which may share a host. */
export function nodeName(
  { NOCTURNE_NODE_NAME: own, NODE_ROLE: role }: Environment,
  host = hostname(),
): NodeName {
  if (own !== undefined) return own as NodeName;
  const ending = role === 'both' ? '' : `-${role}`;
  // A name begins with a letter or digit.
  const usable = host.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[._-]+/, '');
  return `${usable.slice(0, longest - ending.length) || 'nocturne'}${ending}` as NodeName;
}

export interface ClaimOptions {
  readonly db: Queryable;
  readonly identity: NodeIdentity;
  readonly timers: Timers;
  /** Aborted while waiting: the wait ends with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told once, when a node of that name was heard of a moment ago: it may live, or have been killed. */
  readonly onWaiting: (sentence: string) => void;
}

/** Living nodes are heard of every two seconds, those of the release before every three. */
const silentMs = 5_000;
const lookEveryMs = 1_000;

/**
 * Takes the name; answers the incarnation that the database gives. One that was killed is succeeded once it was silent
 * for five seconds.
 * @throws CONFIG_INVALID where another node lives under that name; the signal's reason
 */
export async function claimName(options: ClaimOptions): Promise<number> {
  const { db, identity, timers, signal, onWaiting } = options;
  let found = await findNamesake(db, identity.name);
  let watched = false;
  for (let look = 1; ; look += 1) {
    if (found === null || found.stopped || (watched && found.silentMs > silentMs)) {
      const incarnation = await enterName(db, identity, found);
      if (incarnation !== null) return incarnation;
    }
    if (look === 1 && found !== null) {
      onWaiting(`${sentenceOf(identity, found)}; waiting to see whether it lives`);
    }
    await pause(timers, lookEveryMs, signal);
    signal.throwIfAborted();
    const now = await findNamesake(db, identity.name);
    // A database that hung held up its heartbeats as well: only silence between two looks counts.
    watched = found !== null && now?.seenAt === found.seenAt;
    if (found !== null && now !== null && !watched && !now.stopped) throw refusal(identity, now);
    found = now;
  }
}

function refusal(identity: NodeIdentity, lives: Namesake): NocturneError {
  return new NocturneError(
    'CONFIG_INVALID',
    `${sentenceOf(identity, lives)}: give this one a name of its own with NOCTURNE_NODE_NAME`,
  );
}

function sentenceOf(
  { name }: NodeIdentity,
  { role, host, process, silentMs: ms }: Namesake,
): string {
  const what = role === 'both' ? 'node' : role === 'web' ? 'web node' : 'collector';
  const place = host === null ? '' : ` on ${host}, process ${process}`;
  return `another ${what} is called "${name}"${place}, heard of ${Math.round(ms / 1_000)} s ago`;
}
