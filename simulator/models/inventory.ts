/**
 * What a switch says it is made of (openconfig-platform): chassis, operating system, processors and optics of a maker
 * that does not exist, each with a serial number of its own that stays the same.
 */
import { hashText, unitAt } from '../random.ts';
import type { LeafSet } from './leaf-set.ts';
import { text } from './leaf-value.ts';

const state = { change: 'on-change' } as const;
const vendor = 'Vesper Networks';
export const softwareVersion = '4.31.2';

export interface Component {
  readonly name: string;
  /** Leaf of `/components/component/state` to what it says. */
  readonly facts: Readonly<Record<string, string>>;
}

export function addComponent(leaves: LeafSet, { name, facts }: Component): void {
  for (const [leaf, value] of Object.entries({ name, ...facts })) {
    leaves.add(`/components/component[name=${name}]/state/${leaf}`, () => text(value), state);
  }
}

export function switchComponents(device: {
  readonly seedText: string;
  readonly ports: number;
}): readonly Component[] {
  const { seedText, ports } = device;
  return [
    {
      name: 'Chassis',
      facts: {
        type: 'openconfig-platform-types:CHASSIS',
        'mfg-name': vendor,
        'model-name': `VS-7${String(ports).padStart(3, '0')}T`,
        'part-no': `VS-7${String(ports).padStart(3, '0')}T-AC`,
        'serial-no': serialNumber(`${seedText}/Chassis`, 'VSC'),
        'hardware-version': `${1 + Math.floor(3 * unitAt(hashText(seedText), 21))}.0`,
        description: `${ports}-port leaf/spine switch`,
      },
    },
    {
      name: 'VesperOS',
      facts: {
        type: 'openconfig-platform-types:OPERATING_SYSTEM',
        'mfg-name': vendor,
        'software-version': softwareVersion,
        description: 'VesperOS',
      },
    },
    { name: 'CPU', facts: { type: 'openconfig-platform-types:CPU', description: '4 cores' } },
    {
      name: 'SSD',
      facts: {
        type: 'openconfig-platform-types:STORAGE',
        'serial-no': serialNumber(`${seedText}/SSD`, 'VSD'),
      },
    },
    {
      name: 'ASIC',
      facts: { type: 'openconfig-platform-types:INTEGRATED_CIRCUIT', 'mfg-name': vendor },
    },
  ];
}

export function transceiver(port: string, seedText: string): Component {
  return {
    name: `${port}-transceiver`,
    facts: {
      type: 'openconfig-platform-types:TRANSCEIVER',
      'mfg-name': vendor,
      'part-no': 'VX-LR',
      'serial-no': serialNumber(`${seedText}/${port}`, 'VSX'),
    },
  };
}

/** As printed on a label: no letters that are taken for digits. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRSTVWXYZ';

function serialNumber(key: string, prefix: string): string {
  const seed = hashText(`${key}/serial`);
  const signs = Array.from({ length: 8 }, (_, at) =>
    alphabet.charAt(Math.floor(unitAt(seed, at) * alphabet.length)),
  );
  return prefix + signs.join('');
}
