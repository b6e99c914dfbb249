import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { changes, type ChangesOptions } from '../../../service/operations/changes.ts';
import type { Channel, Heard, Listener } from '../../../service/store/connection/listener.ts';
import { bytesKept } from '../../support/heap.ts';

/** Announces when a test says so. */
function announcer() {
  const heards = new Map<Channel, Set<Heard>>();
  const listener: Listener = {
    ready: Promise.resolve(),
    on(channel, heard) {
      const others = heards.get(channel) ?? new Set();
      heards.set(channel, others.add(heard));
      return () => others.delete(heard);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const announce = (channel: Channel, payload: string | null = '') => {
    for (const heard of heards.get(channel) ?? []) heard(payload);
  };
  const listening = () => [...heards.values()].reduce((sum, { size }) => sum + size, 0);
  return { listener, announce, listening };
}

function looking(rest: Partial<ChangesOptions> = {}) {
  const over = new AbortController();
  const { listener, announce, listening } = announcer();
  const looks = changes(listener, {
    channels: ['nocturne_session', 'nocturne_inventory'],
    pollMs: 3_600_000,
    minGapMs: 0,
    signal: over.signal,
    ...rest,
  });
  const onSignal = () => getEventListeners(over.signal, 'abort').length;
  return { looks, over, announce, listening, onSignal };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('looking again', () => {
  test('comes at once, and after each announcement', async () => {
    const { looks, announce, over } = looking();
    await looks.next();
    const second = looks.next();
    announce('nocturne_session');
    expect((await second).done).toBe(false);
    const third = looks.next();
    over.abort();
    expect((await third).done).toBe(true);
  });

  test('what is announced during a look calls for another one', async () => {
    const { looks, announce } = looking();
    await looks.next();
    announce('nocturne_inventory');
    expect((await looks.next()).done).toBe(false);
  });

  test('of announcements with a payload only the wanted one counts, or one that may have been missed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { looks, announce, over } = looking({ payload: 'mine' });
    await looks.next();
    let looked = false;
    const second = looks.next().finally(() => {
      looked = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    announce('nocturne_session', 'other');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looked).toBe(false);
    announce('nocturne_session', null);
    await second;
    announce('nocturne_session', 'mine');
    const third = looks.next();
    await vi.advanceTimersByTimeAsync(0);
    expect((await third).done).toBe(false);
    over.abort();
    expect((await looks.next()).done).toBe(true);
  });

  test('comes by itself where nothing is announced, and an abort ends each wait', async () => {
    const { looks } = looking({ pollMs: 1 });
    for (let look = 0; look < 3; look += 1) expect((await looks.next()).done).toBe(false);
    const { looks: slow, over } = looking({ minGapMs: 3_600_000 });
    await slow.next();
    const next = slow.next();
    over.abort();
    expect((await next).done).toBe(true);
  });

  test('leaves nothing behind, however often and however it ends', async () => {
    const { looks, announce, listening, onSignal, over } = looking();
    await looks.next();
    for (let look = 0; look < 100; look += 1) {
      announce('nocturne_session');
      await looks.next();
    }
    expect([listening(), onSignal()]).toEqual([2, 1]);
    await looks.return(undefined);
    expect([listening(), onSignal()]).toEqual([0, 0]);
    over.abort();
  });

  test('keeps no memory of its looks', async () => {
    const { looks, announce, over } = looking();
    await looks.next();
    const kept = await bytesKept(4_000, async () => {
      announce('nocturne_session');
      await looks.next();
    });
    // Raced against a promise that lives as long as the console each look left 632 bytes.
    expect(kept).toBeLessThan(100);
    over.abort();
  });
});
