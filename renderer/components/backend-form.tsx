import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useAct } from '../store/act.ts';
import { addressInLink, type TroubleWords, troubleInWords } from '../words/address.ts';
import classes from './backend-form.module.css';

interface Props {
  words: TroubleWords & {
    label: string;
    placeholder: string;
    help: string;
    send: string;
    missing: string;
    /** In place of the help while main asks there. */
    looking: string;
    /** In place of the help once a link was pasted. */
    fromLink: string;
  };
  initial: string;
  autoFocus?: boolean;
  /** The button over the whole width. */
  wide?: boolean;
  onChosen?(orgName: string): void;
  /** Beside the button. */
  children?: ReactNode;
}

/** Asks where the backend is; main checks that one answers there before it is remembered. What was typed stays. */
export function BackendForm({ words, initial, autoFocus = false, wide = false, onChosen, children }: Props) {
  const [address, setAddress] = useState(initial);
  const [linked, setLinked] = useState(false);
  const [empty, setEmpty] = useState(false);
  const choose = useAct('connection.choose');
  const field = useRef<HTMLInputElement>(null);
  const type = (text: string) => {
    const link = addressInLink(text);
    setLinked(link !== null);
    setAddress(link ?? text);
    setEmpty(false);
    if (choose.failure !== null) choose.forget();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (choose.busy) return;
    const typed = address.trim();
    setEmpty(typed === '');
    const result = typed === '' ? null : await choose.run({ address: typed });
    if (result?.ok) onChosen?.(result.value.orgName);
    else field.current?.focus();
  };
  const problem = empty ? words.missing : choose.failure === null ? undefined : troubleInWords(choose.failure, words);
  return (
    <form className={classes.root} onSubmit={submit} noValidate>
      <TextInput
        ref={field}
        label={words.label}
        description={
          problem === undefined && (
            <span role="status">{choose.busy ? words.looking : linked ? words.fromLink : words.help}</span>
          )
        }
        placeholder={words.placeholder}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        autoFocus={autoFocus}
        maxLength={300}
        // What is being asked for must not become something else under the answer.
        readOnly={choose.busy}
        value={address}
        error={problem}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <div className={classes.actions} data-wide={wide || undefined}>
        <Button type="submit" size={wide ? 'sm' : 'xs'} loading={choose.busy}>
          {words.send}
        </Button>
        {children}
      </div>
    </form>
  );
}
