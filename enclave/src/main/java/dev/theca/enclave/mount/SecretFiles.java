package dev.theca.enclave.mount;

import dev.theca.enclave.handover.Payload;
import dev.theca.sealfs.Volume;
import java.util.ArrayList;
import java.util.List;

/**
 * Secret files of a container: put into its tree before it is mounted, so that they are there under
 * a read-only root as well. They lie in the part that is gone with the container.
 */
final class SecretFiles {
  private SecretFiles() {}

  /** Those that are left: in volumes that are mounted later. */
  static List<Payload.SecretFile> into(
      Volume root, List<Payload.SecretFile> files, List<String> volumes) {
    var later = new ArrayList<Payload.SecretFile>();
    for (var file : files) {
      if (volumes.stream().anyMatch(path -> file.path().startsWith(path + "/"))) later.add(file);
      else
        file.content()
            .lend(
                bytes -> {
                  root.inject(file.path(), bytes, file.mode(), file.uid(), file.gid());
                  return true;
                });
    }
    return later;
  }
}
