import { ActionIcon, NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import type { Settings } from '../../../protocol/ipc/snapshot.ts';
import classes from './settings-page.module.css';
import { words } from './words.ts';

const THEMES: Settings['theme'][] = ['system', 'light', 'dark'];

interface Row<T> {
  label: string;
  value: T;
  onChange(value: T): void;
}

/** Light, dark, or like the desktop. */
export function ThemeSetting({ label, value, onChange }: Row<Settings['theme']>) {
  const id = useId();
  return (
    <div className={classes.stacked}>
      <span id={id}>{label}</span>
      <SegmentedControl
        fullWidth
        aria-labelledby={id}
        data={THEMES.map((theme) => ({ value: theme, label: words.themes[theme] }))}
        value={value}
        onChange={(chosen) => onChange(chosen)}
      />
    </div>
  );
}

/** On or off. */
export function SwitchSetting({ label, text, value, onChange }: Row<boolean> & { text: string }) {
  return (
    <Switch
      classNames={{ root: classes.row ?? '', body: classes.switch ?? '' }}
      labelPosition="left"
      label={label}
      description={text}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

/** A small number, one more or one less. */
export function StepSetting({ label, value, onChange, min, max }: Row<number> & { min: number; max: number }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of a list of settings, not a set of form fields
    <div className={classes.row} role="group" aria-labelledby={id}>
      <span id={id}>{label}</span>
      <div className={classes.stepper}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.smaller}
          disabled={value <= min}
          onClick={() => onChange(value - 1)}
        >
          <IconMinus size={14} />
        </ActionIcon>
        <output className={classes.number}>{value}</output>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.larger}
          disabled={value >= max}
          onClick={() => onChange(value + 1)}
        >
          <IconPlus size={14} />
        </ActionIcon>
      </div>
    </div>
  );
}

/** One of some usual numbers; one that was set elsewhere is kept among them. */
export function NumberSetting({ label, value, onChange, usual }: Row<number> & { usual: readonly number[] }) {
  const id = useId();
  const choices = [...new Set([...usual, value])].sort((a, b) => a - b);
  return (
    <div className={classes.row}>
      <label htmlFor={id}>{label}</label>
      <NativeSelect
        id={id}
        size="xs"
        data={choices.map((n) => ({ value: String(n), label: n.toLocaleString('en-GB') }))}
        value={String(value)}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
    </div>
  );
}
