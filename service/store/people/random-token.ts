/** Tokens of 256 random bits, and what the database keeps of them: SHA-256, for a slow hash would add nothing. */
import { createHash, randomBytes } from 'node:crypto';

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
