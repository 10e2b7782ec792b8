import { Mark } from '../../components/mark.tsx';
import { ConnectionBanner } from '../../popover/connection-banner.tsx';
import { UpdateLine } from '../../popover/update-line.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import { ManagedProblem } from './managed-problem.tsx';
import classes from './sign-in-page.module.css';
import { SignedOut } from './signed-out.tsx';
import { SigningIn } from './signing-in.tsx';
import { words } from './words.ts';

/** Before sign-in: which organisation, then the browser. */
export function SignInPage() {
  const version = useSnapshot((s) => s.version);
  const problem = useSnapshot((s) => s.managed.problem);
  return (
    <div className={classes.frame}>
      <ConnectionBanner />
      <main className={classes.page} aria-labelledby="product">
        <div className={classes.intro}>
          <Mark size={52} />
          <h1 id="product" className={classes.product}>
            {words.product}
          </h1>
          <p className={classes.what}>{words.what}</p>
        </div>
        {problem === null ? <Task /> : <ManagedProblem problem={problem} />}
      </main>
      <footer className={classes.version}>{words.version(version)}</footer>
      <UpdateLine />
    </div>
  );
}

function Task() {
  const signIn = useSnapshot((s) => s.signIn);
  return (
    <div className={classes.task}>
      {signIn.state === 'signing-in' ? (
        <SigningIn url={signIn.url} />
      ) : (
        <SignedOut problem={signIn.state === 'signed-out' ? signIn.problem : null} />
      )}
    </div>
  );
}
