package dev.theca.simulator;

import dev.theca.enclave.EnclaveIdentity;
import dev.theca.linux.fuse.FuseSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One launched enclave: what was measured, which process it is, and whether it may still speak. */
final class Instance {
  final String id;
  final EnclaveIdentity enclave;
  final byte[] configId;
  final Path bundle;
  final Path files;
  private @Nullable FuseSession session;
  private Map<String, String> cgroups = Map.of();
  private boolean retired;

  Instance(String id, EnclaveIdentity enclave, byte[] configId, Path bundle, Path files) {
    this.id = id;
    this.enclave = enclave;
    this.configId = configId;
    this.bundle = bundle;
    this.files = files;
  }

  synchronized void serving(FuseSession mounted) {
    session = mounted;
  }

  /** Binds to a process's cgroups; once. False when it was bound before. */
  synchronized boolean bind(long pid) throws IOException {
    if (!cgroups.isEmpty()) return false;
    cgroups = cgroups(pid);
    return true;
  }

  /** Whether a thread belongs to this enclave's container: in its cgroups or below. */
  synchronized boolean mayOpen(int tid) {
    if (cgroups.isEmpty() || tid == 0) return false;
    try {
      var there = cgroups(tid);
      for (var expected : cgroups.entrySet()) {
        String found = there.get(expected.getKey());
        if (found == null
            || !found.equals(expected.getValue()) && !found.startsWith(expected.getValue() + "/"))
          return false;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Map<String, String> cgroups(long id) throws IOException {
    var all = new HashMap<String, String>();
    for (String line : Files.readAllLines(Path.of("/proc/" + id + "/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts[2].equals("/")) continue; // a controller that no container is put into says nothing
      all.put(parts[1], parts[2]);
    }
    return all;
  }

  synchronized void retire() {
    retired = true;
  }

  synchronized boolean isRetired() {
    return retired;
  }

  synchronized void close() {
    retired = true;
    if (session != null) session.close();
    session = null;
  }
}
