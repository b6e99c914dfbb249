/** The add and edit dialog's fields as typed, and their way into the contract's input. */
import { z } from 'zod';
import {
  type adminStates,
  type Device,
  deviceInput,
  type deviceUpdate,
  type tlsModes,
} from '../../../../core/contract/device.ts';
import { ok, refuse, type Result } from '../../../../core/result.ts';

export interface DeviceForm {
  readonly name: string;
  readonly site: string;
  readonly tags: string;
  readonly adminState: (typeof adminStates)[number];
  /** In place of what the device says of itself. */
  readonly platform: string;
  readonly model: string;
  readonly serial: string;
  readonly address: string;
  readonly port: string;
  readonly tlsMode: (typeof tlsModes)[number];
  readonly tlsName: string;
  readonly tlsCaPem: string;
  readonly tlsCertificatePem: string;
  readonly tlsKeyPem: string;
  readonly username: string;
  readonly password: string;
  readonly requestTarget: string;
  /** In MiB. */
  readonly maxMessageBytes: string;
}

export type FormField = keyof DeviceForm;
export type FormProblems = Partial<Readonly<Record<FormField, string>>>;
export type DeviceInput = z.input<typeof deviceInput>;
export type DeviceUpdate = z.input<typeof deviceUpdate>;

export const factFields = ['platform', 'model', 'serial'] as const;

export const emptyForm: DeviceForm = {
  name: '',
  site: '',
  tags: '',
  adminState: 'active',
  platform: '',
  model: '',
  serial: '',
  address: '',
  port: '57400',
  tlsMode: 'verified',
  tlsName: '',
  tlsCaPem: '',
  tlsCertificatePem: '',
  tlsKeyPem: '',
  username: '',
  password: '',
  requestTarget: '',
  maxMessageBytes: '',
};

/** A device's form; secrets stay empty, because they never come out of the server. */
export function formOf(device: Device): DeviceForm {
  const { name, site, tags, adminState, factSources, endpoint } = device;
  const entered = factFields.map((fact) => [
    fact,
    factSources[fact] === 'entered' ? (device[fact] ?? '') : '',
  ]);
  return {
    ...emptyForm,
    ...Object.fromEntries(entered),
    name,
    adminState,
    site: site ?? '',
    tags: Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
    ...(endpoint === null
      ? {}
      : {
          address: endpoint.address,
          port: String(endpoint.port),
          tlsMode: endpoint.tlsMode,
          tlsName: endpoint.tlsName ?? '',
          requestTarget: endpoint.requestTarget ?? '',
          maxMessageBytes: mebibytes(endpoint.maxMessageBytes),
        }),
  };
}

const bytesPerMebibyte = 1_048_576;

function mebibytes(bytes: number | null): string {
  return bytes === null ? '' : String(bytes / bytesPerMebibyte);
}

function bytesOf(text: string): number | null {
  if (text.trim() === '') return null;
  return Math.round(Number(text) * bytesPerMebibyte);
}

/** Reads `role=leaf, rack=12`. */
export function parseTags(text: string): Result<Record<string, string>> {
  const tags: [string, string][] = [];
  for (const part of text.split(/[,\n]/).map((piece) => piece.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at < 1) return refuse(`"${part}" is not a tag; write key=value, separated by commas`);
    tags.push([part.slice(0, at).trim(), part.slice(at + 1).trim()]);
  }
  return ok(Object.fromEntries(tags));
}

function given(text: string): string | undefined {
  return text.trim() === '' ? undefined : text;
}

/** Which fields matter depends on the mode; the others are left out even when something was typed there. */
export function endpointOf(form: DeviceForm): DeviceInput['endpoint'] {
  const checked = form.tlsMode === 'verified' || form.tlsMode === 'mutual';
  const mutual = form.tlsMode === 'mutual';
  const fields = {
    tlsName: checked ? given(form.tlsName.trim()) : undefined,
    tlsCaPem: checked ? given(form.tlsCaPem) : undefined,
    tlsCertificatePem: mutual ? given(form.tlsCertificatePem) : undefined,
    tlsKeyPem: mutual ? given(form.tlsKeyPem) : undefined,
    username: given(form.username.trim()),
    password: form.password === '' ? undefined : form.password,
  };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    address: form.address,
    port: /^\d+$/.test(form.port.trim()) ? Number(form.port) : Number.NaN,
    tlsMode: form.tlsMode,
    requestTarget: form.requestTarget.trim(),
    maxMessageBytes: bytesOf(form.maxMessageBytes),
    ...Object.fromEntries(present),
  };
}

const sentences: Partial<Record<FormField, string>> = {
  name: 'Give the device a name.',
  address: 'Give a host name, an IPv4 or an IPv6 address.',
  port: 'The port is a whole number from 1 to 65,535.',
  maxMessageBytes: 'The limit is a number of MiB from 0.0625 to 1,024.',
};

/** Checks by the contract's own schema, and says for each field what is wrong with it. */
export function parseDeviceForm(form: DeviceForm): Result<DeviceInput, FormProblems> {
  const problems: Partial<Record<FormField, string>> = {};
  const tags = parseTags(form.tags);
  if (!tags.ok) problems.tags = tags.problem;
  const input: DeviceInput = {
    name: form.name,
    endpoint: endpointOf(form),
    tags: tags.ok ? tags.value : {},
    ...(form.site.trim() === '' ? {} : { site: form.site.trim() }),
    ...enteredFacts(form),
  };
  const checked = deviceInput.safeParse(input);
  for (const issue of checked.error?.issues ?? []) {
    const [first, second] = issue.path;
    const field = String(first === 'endpoint' ? second : first) as FormField;
    if (field in form) problems[field] ??= sentences[field] ?? sentenceFor(issue.message);
  }
  return Object.keys(problems).length === 0 ? ok(input) : refuse(problems);
}

function enteredFacts(form: DeviceForm): Pick<DeviceInput, (typeof factFields)[number]> {
  const entered = factFields.map((fact) => [fact, form[fact].trim()] as const);
  return Object.fromEntries(entered.filter(([, text]) => text !== ''));
}

/** The change to a device: what was emptied in the form is taken back, but for secrets, which stay. */
export function updateOf(
  id: DeviceUpdate['id'],
  input: DeviceInput,
  { adminState }: Pick<DeviceForm, 'adminState'>,
): DeviceUpdate {
  const emptied = { site: null, platform: null, model: null, serial: null };
  return { ...emptied, ...input, id, adminState };
}

/** What only a new mutual endpoint lacks; an edited one may keep the key it has. */
export function missingKeys(form: DeviceForm): FormProblems {
  if (form.tlsMode !== 'mutual') return {};
  return {
    ...(given(form.tlsCertificatePem) === undefined
      ? { tlsCertificatePem: 'Mutual TLS needs a certificate to show.' }
      : {}),
    ...(given(form.tlsKeyPem) === undefined
      ? { tlsKeyPem: 'Mutual TLS needs the key of the certificate.' }
      : {}),
  };
}

function sentenceFor(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, '.');
}
