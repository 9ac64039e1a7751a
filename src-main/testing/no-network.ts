import { err } from '../../src-shared/kernel/result.ts';
import type { HttpGet } from '../transfers/http-get.ts';

/** Nobody answers. */
export const noNetwork: HttpGet = async () => err('network-unreachable');
