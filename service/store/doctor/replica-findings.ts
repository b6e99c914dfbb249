/** Judges a replica by its facts: what is well, what is not, and what to do. No I/O. */
import type { ReplicaFacts, ReplicaLook } from './replica-facts.ts';
import { sameCluster, sameServer } from '../connection/server-identity.ts';
import type { Finding } from './finding.ts';

const about = 'replica';

/** One finding a trouble; a single good one where there is none. */
export function judgeReplica(look: ReplicaLook, maxLagMs: number): readonly Finding[] {
  if (!look.ok) {
    const rest = 'until then everything is read from the primary';
    return [{ level: 'problem', about, text: `${look.problem}; ${rest}` }];
  }
  const stranger = judgeIdentity(look.facts);
  if (stranger !== null) return [stranger];
  const troubles = [...judgeFollowing(look.facts), ...judgeContent(look.facts, maxLagMs)];
  if (troubles.length > 0) return troubles;
  return [{ level: 'ok', about, text: `in recovery, ${secondsText(look.facts.lagMs)} behind` }];
}

function judgeIdentity({ identity, primaryIdentity, standby }: ReplicaFacts): Finding | null {
  if (!sameCluster(identity, primaryIdentity)) {
    const text = `of another cluster (system identifier ${identity.systemId}, the primary's is ${primaryIdentity.systemId}): it is not read; set DATABASE_REPLICA_URL to a standby of DATABASE_URL`;
    return { level: 'problem', about, text };
  }
  if (standby) return null;
  if (sameServer(identity, primaryIdentity)) {
    const text =
      'not in recovery: it is the primary itself, so nothing is gained; set DATABASE_REPLICA_URL to a standby, or leave it out';
    return { level: 'warning', about, text };
  }
  const text =
    'not in recovery: it was promoted and follows the primary no longer, so it is not read; make it a standby anew, or set DATABASE_URL to it';
  return { level: 'problem', about, text };
}

function judgeFollowing({ paused, receiving }: ReplicaFacts): Finding[] {
  if (paused) {
    return [warning('its replay is paused: run "select pg_wal_replay_resume()" on it')];
  }
  if (receiving) return [];
  return [
    warning(
      'it has no connection to its primary: check primary_conninfo and its log (one that is fed from an archive has none, and is well)',
    ),
  ];
}

function judgeContent(facts: ReplicaFacts, maxLagMs: number): Finding[] {
  const { lagMs, schemaVersion, primarySchemaVersion } = facts;
  const late =
    lagMs <= maxLagMs
      ? []
      : [
          warning(
            `${secondsText(lagMs)} behind, ${secondsText(maxLagMs)} are tolerated: it is not read; look for long queries, a slow disk or a slow network, or raise DATABASE_REPLICA_MAX_LAG_MS`,
          ),
        ];
  if (schemaVersion === primarySchemaVersion) return late;
  const differs = `its schema is at version ${schemaVersion}, the primary's at ${primarySchemaVersion}: it has to catch up, or DATABASE_REPLICA_URL names another database of that server`;
  return [...late, { level: 'problem', about, text: differs }];
}

function warning(text: string): Finding {
  return { level: 'warning', about, text };
}

function secondsText(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1_000).toFixed(1)} s` : 'all of history';
}
