import { Button, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import type { Template } from '../../../protocol/ipc/settings.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { Menu } from '../../components/menu.tsx';
import { Section } from '../../components/section.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { durationWords } from '../../words/durations.ts';
import { askByTemplate } from '../ask/drafts.ts';
import { targetsInWords } from '../ask/offer.ts';
import { LONGEST_NAME, nameProblem, renamed } from '../ask/templates.ts';
import { matches } from './filter.ts';
import classes from './templates.module.css';
import { words } from './words.ts';

/** Asks kept under a name: a click fills in the form. */
export function Templates({ query }: { query: string }) {
  const templates = useSnapshot((s) => s.settings.templates);
  const [renaming, setRenaming] = useState<string | null>(null);
  const change = useAct('settings.change');
  const found = templates.filter((template) => matches([template.name, template.login, ...template.targets], query));
  if (found.length === 0) return null;
  return (
    <Section title={words.templates}>
      <ul className={classes.list}>
        {found.map((template) =>
          renaming === template.name ? (
            <Rename key={template.name} template={template} onLeave={() => setRenaming(null)} />
          ) : (
            <li key={template.name} className={classes.row}>
              <button type="button" className={classes.use} onClick={() => askByTemplate(template)}>
                <span className={classes.name}>{template.name}</span>
                <span className={classes.about}>
                  {template.login}@{targetsInWords(template.targets)} · {durationWords(template.durationSeconds)}
                </span>
              </button>
              <Menu
                label={words.templateMenu(template.name)}
                items={[
                  { label: words.rename, onSelect: () => setRenaming(template.name) },
                  {
                    label: words.delete,
                    onSelect: () => void change.run({ templates: templates.filter((t) => t !== template) }),
                  },
                ]}
              >
                <IconDots size={15} aria-hidden />
              </Menu>
            </li>
          ),
        )}
      </ul>
      <FailureLine failure={change.failure} />
    </Section>
  );
}

function Rename({ template, onLeave }: { template: Template; onLeave(): void }) {
  const templates = useSnapshot((s) => s.settings.templates);
  const change = useAct('settings.change');
  const [name, setName] = useState(template.name);
  const problem = nameProblem(name, templates, template.name);
  const save = async () => {
    if (problem !== undefined || change.busy) return;
    const result = await change.run({ templates: renamed(templates, template.name, name) });
    if (result.ok) onLeave();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    if (event.key === 'Enter') void save();
    else onLeave();
  };
  return (
    <li className={classes.rename}>
      <TextInput
        autoFocus
        aria-label={words.newName}
        maxLength={LONGEST_NAME}
        value={name}
        error={problem ?? change.failure?.message}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={press}
      />
      <Button variant="default" loading={change.busy} onClick={() => void save()}>
        {words.save}
      </Button>
      <Button variant="subtle" onClick={onLeave}>
        {words.back}
      </Button>
    </li>
  );
}
