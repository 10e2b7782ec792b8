import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { EmptyState } from './empty-state.tsx';

const words = {
  title: 'This window ran into a fault',
  text: 'Your access and your terminals go on. If it stays, quit Sallyport and start it again.',
  again: 'Show it again',
};

/** Keeps a fault while drawing from leaving an empty window. React offers this to classes only. */
export class FaultBoundary extends Component<{ children: ReactNode }, { fault: boolean }> {
  override state = { fault: false };

  static getDerivedStateFromError(): { fault: boolean } {
    return { fault: true };
  }

  override render(): ReactNode {
    if (!this.state.fault) return this.props.children;
    return (
      <main>
        <EmptyState icon={<IconMoodSad size={22} stroke={1.6} />} title={words.title}>
          {words.text}
        </EmptyState>
        <div style={{ textAlign: 'center' }}>
          <Button autoFocus onClick={() => this.setState({ fault: false })}>
            {words.again}
          </Button>
        </div>
      </main>
    );
  }
}
