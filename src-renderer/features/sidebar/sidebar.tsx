import { UserPlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sidebarWidth } from '../../../src-shared/domain/settings.ts';
import { IconButton } from '../../ui/button.tsx';
import { Resizer } from '../../ui/resizer.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import './sidebar.css';

type SidebarProps = {
  width: number;
  onWidth: (width: number) => void;
  me: ReactNode;
  /** The box over the lists. */
  search: ReactNode;
  /** What was found, in the place of the lists; null while nothing is looked for. */
  found: ReactNode | null;
  chats: ReactNode;
  contacts: ReactNode;
  /** Null while they are on their way. */
  contactCount: number | null;
  onAdd: () => void;
};

const paneId = 'sidebar';

/** The left pane: me, and below it who and what there is. Its width follows the pointer and is kept when it rests. */
export function Sidebar({ width, onWidth, me, search, found, chats, contacts, contactCount, onAdd }: SidebarProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<'chats' | 'contacts'>('chats');
  const [draggedWidth, setDraggedWidth] = useState<number | null>(null);
  const shownWidth = draggedWidth ?? width;
  return (
    <nav className="sidebar" id={paneId} aria-label={t('sidebar.label')} style={{ width: shownWidth }}>
      {me}
      {search}
      {found !== null && <div className="sidebar-found">{found}</div>}
      <Tabs
        className={found === null ? 'sidebar-tabs' : 'sidebar-tabs behind'}
        value={tab}
        onChange={setTab}
        label={t('sidebar.label')}
        tabs={[
          { value: 'chats', label: t('sidebar.chats') },
          {
            value: 'contacts',
            label: t('sidebar.contacts'),
            ...(contactCount !== null && contactCount > 0 && { count: contactCount }),
          },
        ]}
        trailing={<IconButton icon={UserPlus} label={t('addContact.title')} onClick={onAdd} />}
      >
        <TabPanel value="chats" className="sidebar-panel">
          {chats}
        </TabPanel>
        <TabPanel value="contacts" className="sidebar-panel">
          {contacts}
        </TabPanel>
      </Tabs>
      <Resizer
        label={t('sidebar.resize')}
        controls={paneId}
        width={shownWidth}
        min={sidebarWidth.min}
        max={sidebarWidth.max}
        onChange={setDraggedWidth}
        onCommit={(next) => {
          setDraggedWidth(null);
          onWidth(next);
        }}
      />
    </nav>
  );
}
