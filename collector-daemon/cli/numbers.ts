/** Numbers on the command line; a bad one is named with what is expected. */
import { InvalidArgumentError } from 'commander';

/** A commander parser for a whole number in [from, to]. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`);
  };
}

export const portNumber = wholeNumber(0, 65_535);
