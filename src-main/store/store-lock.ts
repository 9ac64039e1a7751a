import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { openDatabase } from '../../src-shared/sql/gateway.ts';

/** A former process of ours that hangs is killed within two seconds; its lock goes with it. */
const patienceMs = 4_000;

/**
 * Makes sure that one process at a time has this database (safety T37). The lock is one that the system itself keeps, on
 * an empty file beside the database: it ends with the process however that ends, so none is ever left over, and no
 * number of a process has to be believed. Waits for the former owner without letting anything else run.
 * @returns gives the lock back.
 * @throws while another process has it.
 */
export function lockStore(databasePath: string, waitMs = patienceMs): () => void {
  mkdirSync(path.dirname(databasePath), { recursive: true, mode: 0o700 });
  const db = openDatabase(new Libsql(`${databasePath}.lock`, { timeout: waitMs }));
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw error;
  }
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}
