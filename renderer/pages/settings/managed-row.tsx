import { IconAlertTriangle } from '@tabler/icons-react';
import type { Managed } from '../../../protocol/ipc/managed.ts';
import { Notice } from '../../components/notice.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import { managedWords } from '../../words/managed.ts';
import classes from './managed-row.module.css';
import { Row } from './row.tsx';
import { words } from './words.ts';

/** That this computer is managed, by what, and what of it has no place elsewhere on this page. Nothing when it is not. */
export function ManagedRow() {
  const managed = useSnapshot((s) => s.managed);
  const { source, unknown, problem } = managed;
  if (source === '' && problem === null) return null;
  const rules = rulesOf(managed);
  return (
    <Row
      label={managedWords.mark}
      text={problem === null ? words.managedBy(source) : words.managedBefore}
      failure={problem}
    >
      {rules.length > 0 && (
        <ul className={classes.rules}>
          {rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
      )}
      {unknown.length > 0 && (
        <Notice icon={IconAlertTriangle} tone="warm">
          {words.passedOver(unknown)}
        </Notice>
      )}
    </Row>
  );
}

/** What is set and is no setting of a person. */
function rulesOf({ terminals, deepLinks, updateKeys }: Managed): string[] {
  return [
    terminals === null ? '' : words.allowedTerminals(terminals),
    deepLinks === null ? '' : words.links(deepLinks),
    updateKeys === null ? '' : words.updateKeys(updateKeys),
  ].filter((rule) => rule !== '');
}
