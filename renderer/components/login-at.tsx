import classes from './login-at.module.css';

/** `login@target`, never cut short: the one thing everybody must read exactly. */
export function LoginAt({ login, target, id }: { login: string; target: string; id?: string }) {
  return (
    <span className={classes.root} id={id}>
      {login}
      <span className={classes.at}>@</span>
      <wbr />
      {target}
    </span>
  );
}
