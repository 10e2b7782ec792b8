import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../store/act.ts';
import classes from './backend-form.module.css';

interface Props {
  label: string;
  placeholder: string;
  help: string;
  send: string;
  missing: string;
  initial: string;
  autoFocus?: boolean;
  onChosen?(orgName: string): void;
  /** Beside the button. */
  children?: ReactNode;
}

/** Asks where the backend is; main checks that one answers there before it is remembered. */
export function BackendForm({
  label,
  placeholder,
  help,
  send,
  missing,
  initial,
  autoFocus = false,
  onChosen,
  children,
}: Props) {
  const [address, setAddress] = useState(initial);
  const [empty, setEmpty] = useState(false);
  const choose = useAct('connection.choose');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (choose.busy) return;
    setEmpty(address.trim() === '');
    if (address.trim() === '') return;
    const result = await choose.run({ address: address.trim() });
    if (result.ok) onChosen?.(result.value.orgName);
  };
  return (
    <form className={classes.root} onSubmit={submit} noValidate>
      <TextInput
        label={label}
        description={help}
        placeholder={placeholder}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        type="url"
        inputMode="url"
        spellCheck={false}
        autoFocus={autoFocus}
        maxLength={300}
        value={address}
        error={empty ? missing : choose.failure?.message}
        onChange={(event) => {
          setAddress(event.currentTarget.value);
          setEmpty(false);
          if (choose.failure !== null) choose.forget();
        }}
      />
      <div className={classes.actions}>
        <Button type="submit" loading={choose.busy}>
          {send}
        </Button>
        {children}
      </div>
    </form>
  );
}
