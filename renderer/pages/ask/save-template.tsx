import { Button, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import card from '../../components/card.module.css';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './ask-form.module.css';
import { type Draft, templateOf } from './draft.ts';
import { LONGEST_NAME, nameProblem, withTemplate } from './templates.ts';
import { words } from './words.ts';

interface Props {
  draft: Pick<Draft, 'login' | 'reason' | 'endsWithSession'>;
  targets: readonly string[];
  durationSeconds: number;
}

/** Keeps an ask under a name. A link first, then one field; it stands inside of forms, so that it is none itself. */
export function SaveTemplate({ draft, targets, durationSeconds }: Props) {
  const templates = useSnapshot((s) => s.settings.templates);
  const change = useAct('settings.change');
  const [name, setName] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const [tried, setTried] = useState(false);
  if (name === null) {
    return (
      <p className={classes.says}>
        <button type="button" className={card.link} onClick={() => setName('')}>
          {words.saveTemplate}
        </button>{' '}
        <span role="status">{saved !== '' && words.saved(saved)}</span>
      </p>
    );
  }
  const problem = nameProblem(name, templates);
  const leave = () => {
    setName(null);
    setTried(false);
  };
  const save = async () => {
    setTried(true);
    if (problem !== undefined || change.busy) return;
    const template = templateOf(name, draft, targets, durationSeconds);
    const result = await change.run({ templates: withTemplate(templates, template) });
    if (!result.ok) return;
    setSaved(template.name);
    leave();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') leave();
    else void save();
  };
  return (
    <div>
      <TextInput
        autoFocus
        label={words.templateName}
        placeholder={words.templatePlaceholder}
        maxLength={LONGEST_NAME}
        value={name}
        error={tried ? problem : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={press}
      />
      <FailureLine failure={change.failure} />
      <div className={card.actions} style={{ marginTop: 8 }}>
        <Button variant="default" loading={change.busy} onClick={() => void save()}>
          {words.save}
        </Button>
        <Button variant="subtle" onClick={leave}>
          {words.back}
        </Button>
      </div>
    </div>
  );
}
