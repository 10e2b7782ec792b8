import { Button } from '@mantine/core';
import { useId } from 'react';
import { useAct } from '../../store/act.ts';
import { useComputerNow, useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { quitQuestion } from '../quit/question.ts';
import { CommandLine } from './command-line.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Row } from './row.tsx';
import classes from './update-row.module.css';
import { splitCommand, viewOf } from './update-view.ts';
import { words } from './words.ts';

/** The version that runs, how it stands with a newer one, and the one thing to do about it. */
export function UpdateRow() {
  const snapshot = useSnapshot((s) => s);
  const { update, version } = snapshot;
  const check = useAct('updates.check');
  const install = useAct('updates.install');
  const cuts = quitQuestion(snapshot, useNow()).sessions > 0;
  const { line, button, busy, notes, percent, problem } = viewOf(update, snapshot, useComputerNow());
  const act = button?.does === 'install' ? install : check;
  return (
    <Row
      label={words.updates.running(version)}
      text={<span role="status">{line}</span>}
      failure={act.failure ?? problem}
      control={
        button !== null && (
          <Button
            variant={button.strong ? 'filled' : 'default'}
            loading={act.busy || busy}
            onClick={() => void act.run({})}
          >
            {button.text}
          </Button>
        )
      }
    >
      {update.state === 'ready' && cuts && <p className={classes.text}>{words.updates.asks}</p>}
      {update.state === 'available' && <How sentence={update.how} />}
      {percent !== null && (
        <div className={classes.progress}>
          <ProgressBar label={line} percent={percent} />
          <span className={classes.percent} aria-hidden>
            {percent} %
          </span>
        </div>
      )}
      {notes !== null && <Notes version={notes.version} text={notes.text} />}
    </Row>
  );
}

function How({ sentence }: { sentence: string }) {
  const { says, command } = splitCommand(sentence);
  return (
    <>
      <p className={classes.text}>{says}</p>
      {command !== null && <CommandLine command={command} />}
    </>
  );
}

/** As plain text: whoever signed the release wrote it, and it is read, never run. */
function Notes({ version, text }: { version: string; text: string }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={classes.notesTitle}>
        {words.updates.notes(version)}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <p className={classes.notes} tabIndex={0}>
        <bdi>{withoutTurns(text)}</bdi>
      </p>
    </section>
  );
}
