import { Button } from '@mantine/core';
import { send } from '../../bridge.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { BackendSetting } from './backend-setting.tsx';
import { NumberSetting, StepSetting, SwitchSetting, ThemeSetting } from './setting-rows.tsx';
import classes from './settings-page.module.css';
import { SignedInAs } from './signed-in-as.tsx';
import { words } from './words.ts';

const SCROLLBACKS = [1_000, 5_000, 20_000, 100_000];

/** What a person chooses; each change is sent at once. */
export function SettingsPage() {
  const settings = useSnapshot((s) => s.settings);
  const version = useSnapshot((s) => s.version);
  const change = useAct('settings.change');
  return (
    <Page title={words.title}>
      <Section title={words.person}>
        <SignedInAs />
      </Section>
      <Section title={words.look}>
        <div className={classes.group}>
          <ThemeSetting label={words.theme} value={settings.theme} onChange={(theme) => void change.run({ theme })} />
          <SwitchSetting
            label={words.notifications}
            text={words.notificationsText}
            value={settings.notifications}
            onChange={(notifications) => void change.run({ notifications })}
          />
        </div>
      </Section>
      <Section title={words.terminal}>
        <div className={classes.group}>
          <StepSetting
            label={words.fontSize}
            value={settings.terminalFontSize}
            min={8}
            max={32}
            onChange={(terminalFontSize) => void change.run({ terminalFontSize })}
          />
          <NumberSetting
            label={words.scrollback}
            value={settings.terminalScrollback}
            usual={SCROLLBACKS}
            onChange={(terminalScrollback) => void change.run({ terminalScrollback })}
          />
        </div>
      </Section>
      <FailureLine failure={change.failure} />
      <Section title={words.backend}>
        <BackendSetting address={settings.backendAddress} />
      </Section>
      <div className={classes.about}>
        <span>{words.version(version)}</span>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => void send('app.quit', {})}>
          {words.quit}
        </Button>
      </div>
    </Page>
  );
}
