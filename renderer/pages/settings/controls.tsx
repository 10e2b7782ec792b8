import { ActionIcon, NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import classes from './controls.module.css';
import { LockedRow } from './locked-row.tsx';
import { Row } from './row.tsx';
import { words } from './words.ts';

interface Props<T> {
  label: string;
  text?: string | undefined;
  value: T;
  onChange(value: T): void;
  failure: { message: string } | null;
  /** Set by the organisation: its value is shown, not to be changed. */
  managed?: boolean;
}

/** Ids of a control and of what is said below its label, which it names as its description. */
function useDescription(text: string | undefined) {
  const id = useId();
  return { id, ...(text === undefined ? {} : { textId: `${id}-text`, describedBy: `${id}-text` }) };
}

/** On or off. */
export function SwitchRow({ label, text, value, onChange, failure, managed = false }: Props<boolean>) {
  const { id, describedBy, ...ids } = useDescription(text);
  if (managed) return <LockedRow label={label} text={text} value={value ? words.on : words.off} />;
  return (
    <Row
      label={label}
      htmlFor={id}
      text={text}
      {...ids}
      failure={failure}
      control={
        <Switch
          id={id}
          aria-describedby={describedBy}
          checked={value}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      }
    />
  );
}

type Choices<T extends string> = Readonly<Record<T, string>>;

/** One of two or three, all in sight. */
export function SegmentedRow<T extends string>({
  label,
  text,
  value,
  onChange,
  failure,
  managed = false,
  choices,
}: Props<T> & { choices: Choices<T> }) {
  const { id, describedBy, ...ids } = useDescription(text);
  if (managed) return <LockedRow label={label} text={text} value={choices[value]} />;
  return (
    <Row label={label} labelId={id} text={text} {...ids} failure={failure}>
      <SegmentedControl
        fullWidth
        aria-labelledby={id}
        aria-describedby={describedBy}
        data={entriesOf(choices).map(([choice, name]) => ({ value: choice, label: name }))}
        value={value}
        onChange={(chosen) => onChange(chosen as T)}
      />
    </Row>
  );
}

/** One of several. */
export function SelectRow<T extends string>({
  label,
  text,
  value,
  onChange,
  failure,
  managed = false,
  choices,
}: Props<T> & { choices: Choices<T> }) {
  const { id, describedBy, ...ids } = useDescription(text);
  if (managed) return <LockedRow label={label} text={text} value={choices[value]} />;
  return (
    <Row
      label={label}
      htmlFor={id}
      text={text}
      {...ids}
      failure={failure}
      control={
        <NativeSelect
          id={id}
          size="xs"
          // As a property of its own Mantine drops it: it knows only descriptions that it draws itself.
          attributes={{ input: { 'aria-describedby': describedBy } }}
          data={entriesOf(choices).map(([choice, name]) => ({ value: choice, label: name }))}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as T)}
        />
      }
    />
  );
}

/** One of some usual numbers; one that was set elsewhere is kept among them. */
export function NumberRow({
  value,
  onChange,
  usual,
  inWords = (n) => n.toLocaleString('en-GB'),
  ...row
}: Props<number> & { usual: readonly number[]; inWords?(value: number): string }) {
  const numbers = [...new Set([...usual, value])].sort((a, b) => a - b);
  // Keys that are whole numbers keep their order in an object: from small to large, as wanted.
  const choices = Object.fromEntries(numbers.map((n) => [String(n), inWords(n)]));
  return <SelectRow {...row} choices={choices} value={String(value)} onChange={(chosen) => onChange(Number(chosen))} />;
}

/** A small number, one more or one less. */
export function StepRow({ label, value, onChange, failure, min, max }: Props<number> & { min: number; max: number }) {
  const id = useId();
  return (
    <Row
      label={label}
      labelId={id}
      failure={failure}
      control={
        // biome-ignore lint/a11y/useSemanticElements: a row of a list of settings, not a set of form fields
        <div className={classes.stepper} role="group" aria-labelledby={id}>
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
      }
    />
  );
}

function entriesOf<T extends string>(choices: Choices<T>): [T, string][] {
  return Object.entries(choices) as [T, string][];
}
