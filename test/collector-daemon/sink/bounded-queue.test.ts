import { describe, expect, test } from 'vitest';
import { BoundedQueue } from '../../../collector-daemon/sink/bounded-queue.ts';

interface Item {
  readonly name: string;
  readonly rows: number;
}

function queueOf(maxRows: number) {
  const dropped: string[] = [];
  const pressure: boolean[] = [];
  const queue = new BoundedQueue<Item>({
    maxRows,
    rowsOf: ({ rows }) => rows,
    dropped: ({ name }) => dropped.push(name),
    pressure: (high) => pressure.push(high),
  });
  const push = (name: string, rows: number) => queue.push({ name, rows });
  return { queue, push, dropped, pressure };
}

describe('a bounded queue', () => {
  test('hands out in the order of arrival', async () => {
    const { queue, push } = queueOf(10);
    push('a', 1);
    push('b', 2);
    expect([queue.length, queue.rows]).toEqual([2, 3]);
    expect([await queue.take(1), await queue.take(1)]).toMatchObject([
      [{ name: 'a' }],
      [{ name: 'b' }],
    ]);
    expect([queue.length, queue.rows]).toEqual([0, 0]);
  });

  test('knows the oldest that has not been settled', async () => {
    const { queue, push } = queueOf(10);
    expect(queue.oldestUnsettled).toBeNull();
    push('a', 1);
    push('b', 1);
    expect(queue.oldestUnsettled).toMatchObject({ name: 'a' });
    await queue.take(1);
    push('c', 1);
    expect(queue.oldestUnsettled).toMatchObject({ name: 'a' });
    await queue.take(2);
    expect(queue.oldestUnsettled).toMatchObject({ name: 'b' });
    const nothing = queue.take(1);
    expect(queue.oldestUnsettled).toBeNull();
    queue.close();
    await nothing;
  });

  test('counts what it handed out until the next is asked for', async () => {
    const { queue, push } = queueOf(10);
    push('a', 3);
    push('b', 2);
    await queue.take(1);
    expect([queue.rows, queue.unsettledRows]).toEqual([2, 5]);
    await queue.take(1);
    expect(queue.unsettledRows).toBe(2);
    queue.close();
    await queue.take(1);
    expect(queue.unsettledRows).toBe(0);
  });

  test('hands out all that fit, and one that never would', async () => {
    const { queue, push } = queueOf(100);
    push('a', 3);
    push('b', 4);
    push('c', 5);
    push('huge', 50);
    expect(await queue.take(10)).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    expect([queue.rows, queue.unsettledRows]).toEqual([55, 62]);
    expect(await queue.take(10)).toMatchObject([{ name: 'c' }]);
    expect(await queue.take(10)).toMatchObject([{ name: 'huge' }]);
  });

  test('drops its oldest, says which, and never the newest', () => {
    const { queue, push, dropped } = queueOf(10);
    for (const name of ['a', 'b', 'c']) push(name, 4);
    expect(dropped).toEqual(['a']);
    push('huge', 100);
    expect(dropped).toEqual(['a', 'b', 'c']);
    expect([queue.length, queue.rows]).toEqual([1, 100]);
  });

  test('asks for a pause at half, and lets go on at a quarter', async () => {
    const { queue, push, pressure } = queueOf(100);
    push('a', 49);
    expect(pressure).toEqual([]);
    push('b', 1);
    push('c', 30);
    expect(pressure).toEqual([true]);
    await queue.take(1);
    expect(pressure).toEqual([true]);
    await queue.take(1);
    await queue.take(1);
    expect(pressure).toEqual([true, false]);
    push('d', 50);
    expect(pressure).toEqual([true, false, true]);
  });

  test('a reader waits for the next item', async () => {
    const { queue, push } = queueOf(10);
    const waiting = queue.take(1);
    push('a', 1);
    expect(await waiting).toMatchObject([{ name: 'a' }]);
  });

  test('closed, it hands out what it has and then nothing; a waiting reader hears of it', async () => {
    const { queue, push } = queueOf(10);
    push('a', 1);
    queue.close();
    expect([await queue.take(1), await queue.take(1)]).toMatchObject([[{ name: 'a' }], []]);
    const empty = queueOf(10).queue;
    const waiting = empty.take(1);
    empty.close();
    expect(await waiting).toEqual([]);
  });
});
