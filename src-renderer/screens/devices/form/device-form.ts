/** The add and edit dialog's fields as typed, and their way into the contract's input. */
import { z } from 'zod';
import { deviceInput, type Device, type tlsModes } from '../../../../core/contract/device.ts';
import { ok, refuse, type Result } from '../../../../core/result.ts';

export interface DeviceForm {
  readonly name: string;
  readonly site: string;
  readonly tags: string;
  readonly address: string;
  readonly port: string;
  readonly tlsMode: (typeof tlsModes)[number];
  readonly tlsName: string;
  readonly tlsCaPem: string;
  readonly tlsCertificatePem: string;
  readonly tlsKeyPem: string;
  readonly username: string;
  readonly password: string;
}

export type FormField = keyof DeviceForm;
export type FormProblems = Partial<Readonly<Record<FormField, string>>>;
export type DeviceInput = z.input<typeof deviceInput>;

export const emptyForm: DeviceForm = {
  name: '',
  site: '',
  tags: '',
  address: '',
  port: '57400',
  tlsMode: 'verified',
  tlsName: '',
  tlsCaPem: '',
  tlsCertificatePem: '',
  tlsKeyPem: '',
  username: '',
  password: '',
};

/** A device's form; secrets stay empty, because they never come out of the server. */
export function formOf({ name, site, tags, endpoint }: Device): DeviceForm {
  return {
    ...emptyForm,
    name,
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
        }),
  };
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
    ...Object.fromEntries(present),
  };
}

const sentences: Partial<Record<FormField, string>> = {
  name: 'Give the device a name.',
  address: 'Give a host name, an IPv4 or an IPv6 address.',
  port: 'The port is a whole number from 1 to 65,535.',
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
  };
  const checked = deviceInput.safeParse(input);
  for (const issue of checked.error?.issues ?? []) {
    const [first, second] = issue.path;
    const field = String(first === 'endpoint' ? second : first) as FormField;
    if (field in form) problems[field] ??= sentences[field] ?? sentenceFor(issue.message);
  }
  return Object.keys(problems).length === 0 ? ok(input) : refuse(problems);
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
