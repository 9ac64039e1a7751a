import { User } from 'lucide-react';
import { useState } from 'react';
import type { Presence } from '../../src-shared/ipc/views.ts';
import { Icon } from './icon.tsx';
import { avatarHue, avatarInitials } from './avatar-initials.ts';
import { pictureUrl } from './picture-url.ts';
import './avatar.css';

type AvatarProps = {
  id: number;
  name: string;
  /** A checked `data:` image, or "". */
  picture: string;
  size: 28 | 32 | 40 | 64;
  /** With its word in the language of the screen, for those who do not see the mark. */
  presence?: { readonly is: Presence; readonly label: string };
};

/** A face: the picture, else initials on a colour that belongs to the id. */
export function Avatar({ id, name, picture, size, presence }: AvatarProps) {
  const initials = avatarInitials(name, size);
  return (
    <span className={`avatar size-${size} hue-${avatarHue(id)}`}>
      <AvatarFace picture={picture} initials={initials} size={size} />
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn by CSS in colours of the theme */}
      {presence && <span className={`presence ${presence.is}`} role="img" aria-label={presence.label} />}
    </span>
  );
}

/** The initials are drawn and not written: they are not part of the text around them. */
function AvatarFace({ picture, initials, size }: { picture: string; initials: string; size: number }) {
  const [broken, setBroken] = useState<string | null>(null);
  const url = picture === '' || picture === broken ? null : pictureUrl(picture);
  if (url !== null) return <img src={url} alt="" draggable={false} onError={() => setBroken(picture)} />;
  if (initials !== '') return <span className="avatar-initials" data-initials={initials} aria-hidden />;
  return <Icon of={User} size={size >= 40 ? 20 : 16} />;
}

/** The mark alone, for a line that also says the word. */
export function PresenceDot({ is }: { is: Presence | 'waiting' }) {
  return <span className={`presence-dot ${is}`} aria-hidden />;
}
