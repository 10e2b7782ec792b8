import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { FailureLine } from '../../components/failure-line.tsx';
import { QuestionPage } from '../../components/question-page.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { go } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { dayAndTime } from '../../words/moments.ts';
import { quitQuestion } from './question.ts';
import classes from './quit-page.module.css';
import { quitWords, restartWords } from './words.ts';

/** Asks before the app goes with sessions still open. Esc stays. @param again whether it starts again, as a newer version */
export function QuitPage({ again }: { again: boolean }) {
  const words = again ? restartWords : quitWords;
  const snapshot = useSnapshot((s) => s);
  const now = useNow();
  const quit = useAct('app.quit');
  const [releasing, setReleasing] = useState(false);
  const { sessions, targets, live, staysUntil } = quitQuestion(snapshot, now);
  const leave = (release: boolean) => {
    setReleasing(release);
    void quit.run({ confirmed: true, release, again });
  };
  return (
    <QuestionPage title={words.title} icon={IconPlugConnectedX} tone="warm">
      <p className={classes.text} role="status">
        {sessions === 0 ? words.nothingOpen : words.cuts(sessions, targets)}
      </p>
      <FailureLine failure={quit.failure} />
      <div className={classes.choices}>
        {live && (
          <Choice text={words.released} color="red" busy={quit.busy && releasing} onChoose={() => leave(true)}>
            {words.releaseAndQuit}
          </Choice>
        )}
        <Choice
          text={staysUntil !== null ? words.kept(dayAndTime(staysUntil, now)) : live ? words.endsToo : ''}
          busy={quit.busy && !releasing}
          onChoose={() => leave(false)}
        >
          {words.quit}
        </Choice>
        {/* What Enter does by itself is never what cuts. */}
        <Button fullWidth size="sm" variant="subtle" color="gray" autoFocus onClick={() => go({ page: 'access' })}>
          {words.stay}
        </Button>
      </div>
    </QuestionPage>
  );
}

interface ChoiceProps {
  /** What becomes of the access, below the button. */
  text: string;
  color?: 'red';
  busy: boolean;
  onChoose(): void;
  children: string;
}

function Choice({ text, color, busy, onChoose, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={classes.choice}>
      <Button
        fullWidth
        size="sm"
        {...(color === undefined ? { variant: 'default' } : { color })}
        loading={busy}
        aria-describedby={id}
        onClick={onChoose}
      >
        {children}
      </Button>
      <p id={id} className={classes.hint}>
        {text}
      </p>
    </div>
  );
}
