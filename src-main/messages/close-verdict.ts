/**
 * What a close code says of the message that was under way: too large or not wanted, then it is to blame (safety F10,
 * R29); nothing, where the server goes away or is busy; else it is not known (safety R30).
 */
export function verdictOfClose(code: number): 'too-large' | 'refused' | 'innocent' | 'unknown' {
  switch (code) {
    case 1009:
      return 'too-large';
    case 1003:
    case 1007:
    case 1008:
      return 'refused';
    case 1001:
    case 1012:
    case 1013:
      return 'innocent';
    default:
      return 'unknown';
  }
}
