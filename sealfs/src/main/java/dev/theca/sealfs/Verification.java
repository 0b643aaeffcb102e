package dev.theca.sealfs;

import dev.theca.sealfs.tree.Checkup;
import dev.theca.sealfs.tree.Store;
import dev.theca.wire.Outcome;
import java.nio.file.Path;

/** Reads all content of a volume and checks that its accounting is right. */
final class Verification {
  private final Store store;
  private final Path file;

  Verification(Store store, Path file) {
    this.store = store;
    this.file = file;
  }

  Outcome<Volume.Verified> run() {
    try {
      var found = new Checkup(store).run();
      return Outcome.granted(new Volume.Verified(found.inodes(), found.bytes()));
    } catch (dev.theca.sealfs.disk.Damaged e) {
      return Refusals.of(e, file);
    }
  }
}
