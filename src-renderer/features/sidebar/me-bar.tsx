import { ChevronsUpDown, Copy, Languages, Link, LogOut, Palette } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocaleChoice, Theme } from '../../../src-shared/domain/settings.ts';
import type { AccountView, Settings } from '../../../src-shared/ipc/views.ts';
import { Avatar, PresenceDot } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx';
import './me-bar.css';

type MeBarProps = {
  account: AccountView;
  connection: 'connected' | 'connecting' | 'offline';
  settings: Settings;
  onSettings: (change: Partial<Settings>) => void;
  onCopyId: () => void;
  onCopyLink: () => void;
  onLogOut: () => void;
};

const dots = { connected: 'online', connecting: 'waiting', offline: 'offline' } as const;

/** Me: my name, whether there is a line, and a menu with my card. */
export function MeBar(props: MeBarProps) {
  const { account, connection } = props;
  const { t } = useTranslation();
  const statusId = useId();
  const word = t(`connection.${connection}`);
  return (
    <div className="me-bar">
      <Menu
        width={224}
        trigger={
          <button type="button" className="me-button" aria-label={t('me.account')} aria-describedby={statusId}>
            <Avatar id={account.userId} name={account.username} picture={account.avatar} size={32} />
            <bdi className="me-name ellipsis">{account.username}</bdi>
            <Icon of={ChevronsUpDown} size={14} />
          </button>
        }
      >
        <AccountMenu {...props} />
      </Menu>
      {/* Beside the button and not in it: what is inside a button is not announced when it changes. */}
      <output className="me-status" id={statusId} aria-label={word}>
        <PresenceDot is={dots[connection]} />
        {word}
      </output>
    </div>
  );
}

function AccountMenu({ account, settings, onSettings, onCopyId, onCopyLink, onLogOut }: MeBarProps) {
  const { t } = useTranslation();
  return (
    <>
      <MenuLabel>
        <bdi className="menu-name ellipsis">{account.username}</bdi>
        <span className="menu-id numeric">{t('me.id', { id: account.userId })}</span>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem icon={Copy} onSelect={onCopyId}>
        {t('me.copyId')}
      </MenuItem>
      <MenuItem icon={Link} onSelect={onCopyLink}>
        {t('me.copyLink')}
      </MenuItem>
      <MenuSeparator />
      <MenuChoice<LocaleChoice>
        icon={Languages}
        label={t('settings.language')}
        value={settings.locale}
        options={[
          { value: 'system', label: t('settings.languageSystem') },
          { value: 'en', label: t('settings.languageEnglish'), lang: 'en' },
          { value: 'zh-CN', label: t('settings.languageChinese'), lang: 'zh-CN' },
        ]}
        onChange={(locale) => onSettings({ locale })}
      />
      <MenuChoice<Theme>
        icon={Palette}
        label={t('settings.theme')}
        value={settings.theme}
        options={[
          { value: 'system', label: t('settings.themeSystem') },
          { value: 'light', label: t('settings.themeLight') },
          { value: 'dark', label: t('settings.themeDark') },
        ]}
        onChange={(theme) => onSettings({ theme })}
      />
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={onLogOut}>
        {t('me.logOut')}
      </MenuItem>
    </>
  );
}
