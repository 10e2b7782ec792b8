import { Button, Loader } from '@mantine/core';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useCopied } from '../../store/copied.ts';
import classes from './sign-in-page.module.css';
import { words } from './words.ts';

/** While the browser has the word. */
export function SigningIn({ url }: { url: string }) {
  const cancel = useAct('signIn.cancel');
  const { copied, copy } = useCopied();
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
        <Button variant="default" autoFocus onClick={() => void copy(url)}>
          {copied === url ? words.copied : words.copy}
        </Button>
        <Button variant="default" loading={cancel.busy} onClick={() => void cancel.run({})}>
          {words.cancel}
        </Button>
      </div>
    </>
  );
}
