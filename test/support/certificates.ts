/** Certificates for TLS tests, made by openssl in a folder of their own. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface KeyPair {
  readonly certPem: Buffer;
  readonly keyPem: Buffer;
}

export interface Certificates {
  readonly authority: KeyPair;
  /** Nobody trusts it. */
  readonly stranger: KeyPair;
  /** For `leaf-01.example.net` and nothing else. */
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly strangersClient: KeyPair;
}

const run = promisify(execFile);

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-certificates-'));
  try {
    const authority = await makeAuthority(folder, 'authority');
    const stranger = await makeAuthority(folder, 'stranger');
    const server = await sign(folder, 'authority', 'leaf-01.example.net');
    const client = await sign(folder, 'authority', 'collector.example.net');
    const strangersClient = await sign(folder, 'stranger', 'intruder.example.net');
    return { authority, stranger, server, client, strangersClient };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function makeAuthority(folder: string, name: string): Promise<KeyPair> {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  await run(
    'openssl',
    ['req', '-x509', ...newKey, ...files, '-days', '2', '-subj', `/CN=${name}`],
    {
      cwd: folder,
    },
  );
  return readPair(folder, name);
}

async function sign(folder: string, authority: string, name: string): Promise<KeyPair> {
  const cwd = folder;
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`];
  await run('openssl', ['req', ...newKey, ...request], { cwd });
  await writeFile(path.join(folder, `${name}.ext`), `subjectAltName=DNS:${name}\n`);
  const by = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`];
  await run('openssl', ['x509', '-req', ...by, ...files, '-days', '2'], { cwd });
  return readPair(folder, name);
}

async function readPair(folder: string, name: string): Promise<KeyPair> {
  return {
    certPem: await readFile(path.join(folder, `${name}.pem`)),
    keyPem: await readFile(path.join(folder, `${name}.key`)),
  };
}
