import { useMemo, useState } from 'react';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { Loading } from '../../app/loading.tsx';
import { goTo } from '../../route/navigation.ts';
import { Screen } from '../../ui/screen.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { QuarantineTable } from './quarantine-table.tsx';
import { exampleText, troubleText } from './trouble-words.ts';
import { TroublesTable } from './troubles-table.tsx';
import { useTroubles } from './use-troubles.ts';

type Shown = 'list' | 'quarantine';

interface TroublesScreenProps {
  readonly shown: Shown;
  readonly deviceId: DeviceId | null;
}

/** All that devices sent within the last day and that is not stored as it came, and what lies in quarantine. */
export function TroublesScreen({ shown, deviceId }: TroublesScreenProps) {
  const [search, setSearch] = useState('');
  return (
    <Screen
      title="Data troubles"
      actions={
        <>
          {shown === 'list' && (
            <SearchField label="Search troubles" value={search} onChange={setSearch} />
          )}
          <Segmented<Shown>
            label="Shown"
            segments={[
              { value: 'list', label: 'By device' },
              { value: 'quarantine', label: 'Quarantine' },
            ]}
            value={shown}
            onChange={(next) => goTo({ screen: 'troubles', shown: next, deviceId: null })}
          />
        </>
      }
    >
      {shown === 'list' ? <AllTroubles search={search} /> : <QuarantineTable deviceId={deviceId} />}
    </Screen>
  );
}

function AllTroubles({ search }: { search: string }) {
  const { data, error, refetch } = useTroubles();
  const found = useMemo(() => {
    const needle = search.toLowerCase();
    return data?.troubles.filter((trouble) =>
      [trouble.device ?? '', troubleText(trouble), exampleText(trouble), trouble.kind].some(
        (text) => text.toLowerCase().includes(needle),
      ),
    );
  }, [data, search]);
  if (data === undefined || found === undefined) {
    if (error === null) return <Loading rows={10} />;
    return <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />;
  }
  if (found.length === 0) {
    return (
      <EmptyState
        title={search === '' ? 'All data is stored as it was sent' : `Nothing matches "${search}"`}
      >
        {search === '' && (
          <p className="muted">
            Values that cannot be read, refused or lost, and clocks that are wrong, are listed here
            for a day.
          </p>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      {data.total > data.troubles.length && (
        <p className="muted">
          The newest {data.troubles.length.toLocaleString('en')} of{' '}
          {data.total.toLocaleString('en')}
        </p>
      )}
      <TroublesTable troubles={found} />
    </>
  );
}
