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
  /** Of the same name; was valid in January 2024. */
  readonly expired: KeyPair;
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
    const expired = await signExpired(folder, 'leaf-01.example.net');
    const client = await sign(folder, 'authority', 'collector.example.net');
    const strangersClient = await sign(folder, 'stranger', 'intruder.example.net');
    return { authority, stranger, server, expired, client, strangersClient };
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

const pastAuthority = `[ca]
default_ca = past
[past]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
[names]
commonName = supplied
`;

/** `openssl x509` cannot date back, its older tool can; signed by the authority for the request of the same name. */
async function signExpired(folder: string, name: string): Promise<KeyPair> {
  await writeFile(path.join(folder, 'past.cnf'), pastAuthority);
  await writeFile(path.join(folder, 'index'), '');
  await writeFile(path.join(folder, 'serial'), '01\n');
  const by = ['-config', 'past.cnf', '-cert', 'authority.pem', '-keyfile', 'authority.key'];
  const dates = ['-startdate', '20240101000000Z', '-enddate', '20240201000000Z'];
  const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', 'expired.pem'];
  await run('openssl', ['ca', '-batch', '-notext', ...by, ...dates, ...files], { cwd: folder });
  return {
    certPem: await readFile(path.join(folder, 'expired.pem')),
    keyPem: await readFile(path.join(folder, `${name}.key`)),
  };
}

async function readPair(folder: string, name: string): Promise<KeyPair> {
  return {
    certPem: await readFile(path.join(folder, `${name}.pem`)),
    keyPem: await readFile(path.join(folder, `${name}.key`)),
  };
}
