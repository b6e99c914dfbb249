import type { Device } from '../../../../core/contract/device.ts';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextArea } from '../../../ui/text-area.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import type { DeviceForm, FormField } from './device-form.ts';
import type { DeviceFormState } from './use-device-form.ts';

const tlsChoices: readonly { value: DeviceForm['tlsMode']; label: string; hint: string }[] = [
  {
    value: 'verified',
    label: 'TLS, certificate verified',
    hint: 'The device must show a certificate this authority signed.',
  },
  {
    value: 'mutual',
    label: 'Mutual TLS',
    hint: 'Both sides show a certificate.',
  },
  {
    value: 'skip-verify',
    label: 'TLS, certificate not verified',
    hint: 'Encrypted, but anyone in between could pose as the device.',
  },
  {
    value: 'plaintext',
    label: 'No TLS',
    hint: 'Passwords and data cross the network in the clear.',
  },
];

const adminChoices: readonly { value: DeviceForm['adminState']; label: string; hint: string }[] = [
  { value: 'active', label: 'Active', hint: 'It is collected.' },
  { value: 'maintenance', label: 'In maintenance', hint: 'It is collected, and worked on.' },
  { value: 'inactive', label: 'Inactive', hint: 'It is not collected; what is stored stays.' },
];

interface DeviceFieldsProps {
  readonly state: DeviceFormState;
  readonly sites: readonly string[];
  /** The one to change; undefined for a new one. Where it has stored secrets, empty fields keep them. */
  readonly device: Device | undefined;
}

type FieldOf = (name: FormField) => {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly problem: string | undefined;
};

export function DeviceFields({ state, sites, device }: DeviceFieldsProps) {
  const { form, set, problemOf, touch } = state;
  const keepsSecrets = device?.endpoint?.hasCredential ?? false;
  const field: FieldOf = (name) => ({
    value: form[name],
    onChange: (value) => set(name, value),
    onBlur: () => {
      if (form[name] !== '') touch(name);
    },
    problem: problemOf(name),
  });
  const checked = form.tlsMode === 'verified' || form.tlsMode === 'mutual';
  const kept = keepsSecrets ? 'Left empty, the stored one stays.' : undefined;
  return (
    <div className="field-grid">
      <div className="two-thirds">
        <TextField label="Name" required {...field('name')} hint="for example leaf-07" />
      </div>
      <div className="third">
        <TextField label="Site" {...field('site')} list="known-sites" hint="optional" />
        <datalist id="known-sites">
          {sites.map((site) => (
            <option key={site} value={site}>
              {site}
            </option>
          ))}
        </datalist>
      </div>
      <div className="two-thirds">
        <TextField
          label="Address"
          required
          mono
          {...field('address')}
          hint="Host name, IPv4 or IPv6"
        />
      </div>
      <div className="third">
        <TextField
          label="Port"
          required
          mono
          inputMode="numeric"
          {...field('port')}
          hint="gNMI: 57400"
        />
      </div>
      <div className="half">
        <SelectField
          label="Transport security"
          value={form.tlsMode}
          choices={tlsChoices}
          onChange={(value) => set('tlsMode', value)}
          hint={tlsChoices.find(({ value }) => value === form.tlsMode)?.hint ?? ''}
        />
      </div>
      <div className="half">
        {checked && (
          <TextField
            label="Name in the certificate"
            mono
            {...field('tlsName')}
            hint="Only when it differs from the address"
          />
        )}
      </div>
      {checked && (
        <div className="wide">
          <TextArea
            label="Certificate authority (PEM)"
            placeholder="-----BEGIN CERTIFICATE-----"
            {...field('tlsCaPem')}
            hint={kept ?? 'Empty: the authorities this machine trusts'}
          />
        </div>
      )}
      {form.tlsMode === 'mutual' && (
        <>
          <div className="half">
            <TextArea
              label="Our certificate (PEM)"
              placeholder="-----BEGIN CERTIFICATE-----"
              {...field('tlsCertificatePem')}
              hint={kept}
            />
          </div>
          <div className="half">
            <TextArea
              label="Its key (PEM)"
              placeholder="-----BEGIN PRIVATE KEY-----"
              {...field('tlsKeyPem')}
              hint={kept}
            />
          </div>
        </>
      )}
      <div className="half">
        <TextField
          label="User name"
          autoComplete="off"
          {...field('username')}
          hint={kept ?? 'optional'}
        />
      </div>
      <div className="half">
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          {...field('password')}
          hint={passwordHint(form, device)}
        />
      </div>
      <div className="half">
        <TextField
          label="Target"
          mono
          {...field('requestTarget')}
          hint="Only where the address stands for several devices: which one"
        />
      </div>
      <div className="half">
        <TextField
          label="Largest message, MiB"
          mono
          inputMode="decimal"
          {...field('maxMessageBytes')}
          hint="Empty: 64"
        />
      </div>
      <div className="wide">
        <TextField label="Tags" {...field('tags')} hint="key=value, separated by commas" />
      </div>
      {device !== undefined && <KnownDeviceFields state={state} device={device} field={field} />}
    </div>
  );
}

function passwordHint({ address }: DeviceForm, device: Device | undefined): string {
  const endpoint = device?.endpoint;
  if (endpoint?.hasCredential !== true) return 'Stored encrypted, never shown again';
  return address.trim() === endpoint.address
    ? 'Left empty, the stored one stays.'
    : 'To be given again: the stored one is not sent to another host.';
}

/** What can be said of a device only once it is there: what it is meant to be, and what it says itself. */
function KnownDeviceFields({
  state: { form, set },
  device: { reported },
  field,
}: {
  readonly state: DeviceFormState;
  readonly device: Device;
  readonly field: FieldOf;
}) {
  const saidBy = (text: string | null | undefined) =>
    text === null || text === undefined ? 'The device does not say.' : `Empty: ${text}, as it says`;
  return (
    <>
      <div className="wide">
        <SelectField
          label="Meant to be"
          value={form.adminState}
          choices={adminChoices}
          onChange={(value) => set('adminState', value)}
          hint={adminChoices.find(({ value }) => value === form.adminState)?.hint ?? ''}
        />
      </div>
      <div className="third">
        <TextField label="Platform" {...field('platform')} hint={saidBy(reported?.platform)} />
      </div>
      <div className="third">
        <TextField label="Model" {...field('model')} hint={saidBy(reported?.model)} />
      </div>
      <div className="third">
        <TextField label="Serial" mono {...field('serial')} hint={saidBy(reported?.serial)} />
      </div>
    </>
  );
}
