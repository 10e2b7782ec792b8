import { Button, TextInput } from '@mantine/core';
import { IconArrowLeft, IconChevronRight, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import type { Licences } from '../../../protocol/ipc/about.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { useAsked } from '../../store/asked.ts';
import { go } from '../../store/navigation.ts';
import { CommandLine } from './command-line.tsx';
import classes from './licences-page.module.css';
import { words as all } from './words.ts';

const words = all.licences;

/** With whose work the app is made, and under which licences: searched by name, each to be opened. */
export function LicencesPage() {
  const [found] = useAsked('about.licences');
  const [query, setQuery] = useState('');
  const shown = found?.ok ? matching(found.value.packages, query) : [];
  return (
    <Page
      title={words.title}
      head={
        <div className={classes.head}>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconArrowLeft size={15} aria-hidden />}
            onClick={() => go({ page: 'settings', group: 'about' })}
          >
            {words.back}
          </Button>
          {found?.ok && (
            <TextInput
              size="xs"
              autoFocus
              aria-label={words.search}
              placeholder={words.search}
              spellCheck={false}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || query === '') return;
                event.preventDefault();
                setQuery('');
              }}
            />
          )}
        </div>
      }
    >
      <div className={classes.root}>
        {found === null && <p className={classes.quiet}>{words.reading}</p>}
        {found?.ok === false && (
          <EmptyState icon={<IconFileText size={26} stroke={1.5} />} title={words.none}>
            {found.error.message}
          </EmptyState>
        )}
        {found?.ok && (
          <>
            <p className={classes.quiet} role="status">
              {shown.length === 0 ? words.nothing(query.trim()) : words.count(shown.length)}
            </p>
            {shown.length > 0 && (
              <ul className={classes.list}>
                {shown.map((one) => (
                  <Package key={`${one.name} ${one.version}`} one={one} />
                ))}
              </ul>
            )}
            <div className={classes.chromium}>
              <p className={classes.quiet}>{words.chromium}</p>
              <CommandLine command={found.value.chromium} />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

type Package = Licences['packages'][number];

function Package({ one: { name, version, licence, homepage, text } }: { one: Package }) {
  return (
    <li>
      <details className={classes.package}>
        <summary className={classes.summary}>
          <IconChevronRight className={classes.arrow} size={15} stroke={1.8} aria-hidden />
          <span className={classes.name}>
            {name} <span className={classes.quiet}>{version}</span>
          </span>
          <span className={classes.licence}>{licence}</span>
        </summary>
        {homepage !== '' && <p className={classes.homepage}>{homepage}</p>}
        <p className={classes.text}>{text}</p>
      </details>
    </li>
  );
}

/** Those whose name or licence holds every word. Pure. */
export function matching(packages: readonly Package[], query: string): readonly Package[] {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  return packages.filter(({ name, version, licence }) => {
    const text = `${name} ${version} ${licence}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
