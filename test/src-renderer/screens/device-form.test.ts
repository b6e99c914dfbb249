import { describe, expect, it } from 'vitest';
import { deviceInput, deviceUpdate } from '../../../core/contract/device.ts';
import {
  emptyForm,
  endpointOf,
  formOf,
  missingKeys,
  parseDeviceForm,
  parseTags,
  updateOf,
} from '../../../src-renderer/screens/devices/form/device-form.ts';
import { inventedDevice } from '../../support/invented-network.ts';

const filled = { ...emptyForm, name: 'leaf-07', address: '10.0.7.7' };
const pem = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----';

describe('the device form', () => {
  it('becomes input that the contract takes', () => {
    const parsed = parseDeviceForm({ ...filled, site: ' fra-1 ', tags: 'role=leaf, rack=12' });
    expect(parsed).toEqual({
      ok: true,
      value: {
        name: 'leaf-07',
        site: 'fra-1',
        tags: { role: 'leaf', rack: '12' },
        endpoint: {
          address: '10.0.7.7',
          port: 57_400,
          tlsMode: 'verified',
          requestTarget: '',
          maxMessageBytes: null,
        },
      },
    });
    expect(parsed.ok && deviceInput.safeParse(parsed.value).success).toBe(true);
  });

  it.each([
    [{ name: '  ' }, 'name'],
    [{ address: '' }, 'address'],
    [{ port: '0' }, 'port'],
    [{ port: '65536' }, 'port'],
    [{ port: '57.4' }, 'port'],
    [{ port: '' }, 'port'],
    [{ tags: 'leaf' }, 'tags'],
    [{ tlsCaPem: 'not a certificate' }, 'tlsCaPem'],
    [{ name: 'bell\u0007' }, 'name'],
    [{ requestTarget: '*' }, 'requestTarget'],
    [{ maxMessageBytes: 'much' }, 'maxMessageBytes'],
    [{ maxMessageBytes: '4096' }, 'maxMessageBytes'],
  ])('refuses %j and says where', (change, field) => {
    const parsed = parseDeviceForm({ ...filled, ...change });
    expect(parsed.ok).toBe(false);
    expect(Object.keys(parsed.ok ? {} : parsed.problem)).toEqual([field]);
  });

  it('shows what people entered of a device, and not what it says itself', () => {
    const device = {
      ...inventedDevice(0, 0),
      platform: 'NX-OS',
      model: 'VS-1',
      serial: 'ABC',
      factSources: { platform: 'entered', model: 'reported', serial: null },
    } as const;
    expect(formOf(device)).toMatchObject({ platform: 'NX-OS', model: '', serial: '' });
  });

  it('takes back what was emptied, and changes what the device is meant to be', () => {
    const { id } = inventedDevice(0, 0);
    const form = { ...filled, model: ' VS-2 ', adminState: 'inactive' } as const;
    const parsed = parseDeviceForm(form);
    expect.assert(parsed.ok);
    const update = updateOf(id, parsed.value, form);
    expect(deviceUpdate.parse(update)).toMatchObject({
      name: 'leaf-07',
      adminState: 'inactive',
      site: null,
      platform: null,
      model: 'VS-2',
      serial: null,
    });
  });

  it('sends only what the mode of security needs', () => {
    const all = { ...filled, tlsName: 'n', tlsCaPem: pem, tlsCertificatePem: pem, tlsKeyPem: pem };
    expect(endpointOf({ ...all, tlsMode: 'plaintext' })).not.toHaveProperty('tlsCaPem');
    expect(endpointOf({ ...all, tlsMode: 'verified' })).not.toHaveProperty('tlsKeyPem');
    expect(endpointOf({ ...all, tlsMode: 'mutual' })).toMatchObject({
      tlsKeyPem: pem,
      tlsName: 'n',
    });
  });

  it('asks for certificate and key with mutual TLS', () => {
    expect(Object.keys(missingKeys({ ...filled, tlsMode: 'mutual' }))).toEqual([
      'tlsCertificatePem',
      'tlsKeyPem',
    ]);
    expect(missingKeys(filled)).toEqual({});
  });

  it('keeps spaces of a password and never shows the stored one', () => {
    expect(endpointOf({ ...filled, username: 'admin', password: ' x ' })).toMatchObject({
      password: ' x ',
    });
    expect(formOf(inventedDevice(0, 0)).password).toBe('');
  });

  it('reads the tags it writes', () => {
    const form = formOf({ ...inventedDevice(0, 0), tags: { role: 'leaf', note: 'a=b' } });
    expect(parseTags(form.tags)).toEqual({ ok: true, value: { role: 'leaf', note: 'a=b' } });
  });
});
