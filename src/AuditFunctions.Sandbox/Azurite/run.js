// Runs Azurite for as long as our standard input is open. The process that started us holds the other end: when it ends, however
// it ends, the pipe closes and the storage goes with it.
'use strict';

// Ctrl-C reaches the whole process group. The parent still needs its storage to finish cleanly, so Azurite's own signal handlers
// are kept aside and run when standard input closes.
let shutdown = () => process.exit(0);
const once = process.once;
process.once = function (event, handler) {
  if (event === 'SIGINT' || event === 'SIGTERM') {
    shutdown = handler;
    return this;
  }
  return once.call(this, event, handler);
};
process.on('SIGINT', () => {});

const inMemory = process.argv.includes('--inMemoryPersistence');
const end = () => {
  if (inMemory) {
    process.exit(0);
  }
  setTimeout(() => process.exit(0), 5000).unref();
  shutdown();
};
process.stdin.resume();
process.stdin.once('end', end);
process.stdin.once('error', end);

process.argv.splice(1, 1); // now [node, azurite.js, ...]
require(process.argv[1]);
