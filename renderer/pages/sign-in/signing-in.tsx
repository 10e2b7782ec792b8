import { Button, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { send } from '../../bridge.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import classes from './sign-in-page.module.css';
import { words } from './words.ts';

/** How long "Copied" stands on the button, ms. */
const COPIED_MS = 2_000;

/** While the browser has the word. */
export function SigningIn({ url }: { url: string }) {
  const cancel = useAct('signIn.cancel');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const result = await send('clipboard.write', { text: url });
    if (result.ok) setCopied(true);
  };
  return (
    <>
      <div className={classes.finish} role="status">
        <Loader size={18} />
        <p>
          <strong className={classes.finishTitle}>{words.finish}</strong>
          {words.finishText}
        </p>
      </div>
      <div className={classes.link}>
        <label htmlFor="sign-in-link">{words.link}</label>
        <input
          id="sign-in-link"
          className={classes.url}
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
      </div>
      <FailureLine failure={cancel.failure} />
      <div className={classes.pair}>
        <Button variant="default" autoFocus onClick={() => void copy()}>
          {copied ? words.copied : words.copy}
        </Button>
        <Button variant="default" loading={cancel.busy} onClick={() => void cancel.run({})}>
          {words.cancel}
        </Button>
      </div>
    </>
  );
}
