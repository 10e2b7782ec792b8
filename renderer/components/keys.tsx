import classes from './keys.module.css';

/** A key to press, drawn as one. */
export function Keys({ children }: { children: string }) {
  return <kbd className={classes.root}>{children}</kbd>;
}
