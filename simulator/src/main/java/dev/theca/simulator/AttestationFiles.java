package dev.theca.simulator;

import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.evidence.EnclaveReport;
import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseAttr;
import dev.theca.linux.fuse.FuseCaller;
import dev.theca.linux.fuse.FuseException;
import dev.theca.linux.fuse.FuseFlags;
import dev.theca.linux.fuse.FuseHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code /dev/attestation} of one enclave. Who the caller is, is this mount; that it belongs to the
 * enclave's container is checked at every open. Answers are computed at open and kept by the
 * handle.
 */
final class AttestationFiles implements FuseHandler {
  private static final List<String> NAMES =
      List.of(
          "attestation_type",
          "my_target_info",
          "target_info",
          "user_report_data",
          "report",
          "quote",
          "verify_report",
          "retire",
          "platform");

  /** Seal keys, in a directory of their own. */
  private static final List<String> KEYS = List.of("_sgx_mrenclave", "_sgx_mrsigner");

  private static final long KEYS_DIRECTORY = 100;
  private static final int QUOTES_PER_SECOND = 50;

  private final Platform platform;
  private final Instance instance;
  private final Map<Long, byte[]> handles = new ConcurrentHashMap<>();
  private final AtomicLong nextHandle = new AtomicLong(1);
  private byte[] targetInfo = new byte[TargetInfo.SIZE];
  private byte[] reportData = new byte[64];
  private long second;
  private int quotes;

  AttestationFiles(Platform platform, Instance instance) {
    this.platform = platform;
    this.instance = instance;
  }

  private static FuseAttr attr(long node) {
    boolean directory = node == 1 || node == KEYS_DIRECTORY;
    return new FuseAttr(
        node, 0, 0, 0, 0, 0, directory ? 040755 : 0100600, directory ? 2 : 1, 0, 0, 0, 4096);
  }

  private static String name(long node) {
    if (node > KEYS_DIRECTORY && node <= KEYS_DIRECTORY + KEYS.size())
      return KEYS.get((int) (node - KEYS_DIRECTORY) - 1);
    if (node < 2 || node >= NAMES.size() + 2) throw new FuseException(Errno.ENOENT);
    return NAMES.get((int) node - 2);
  }

  @Override
  public Entry lookup(FuseCaller caller, long parent, byte[] bytes) {
    String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
    if (parent == 1 && wanted.equals("keys"))
      return new Entry(KEYS_DIRECTORY, attr(KEYS_DIRECTORY));
    var names = parent == KEYS_DIRECTORY ? KEYS : NAMES;
    int index = names.indexOf(wanted);
    if (parent != 1 && parent != KEYS_DIRECTORY || index < 0) throw new FuseException(Errno.ENOENT);
    long node = parent == 1 ? index + 2 : KEYS_DIRECTORY + 1 + index;
    return new Entry(node, attr(node));
  }

  @Override
  public FuseAttr getattr(FuseCaller caller, long node) {
    return attr(node);
  }

  @Override
  public FuseAttr setattr(FuseCaller caller, long node, Change change) {
    return attr(node); // O_TRUNC before a write
  }

  private byte[] body() {
    return platform.body(instance.enclave, instance.configId, reportData);
  }

  @Override
  public synchronized Opened open(FuseCaller caller, long node, int flags) {
    if (!instance.mayOpen(caller.tid())) throw new FuseException(Errno.EACCES);
    String name = name(node);
    if (instance.isRetired() && !name.equals("platform") && !name.equals("attestation_type"))
      throw new FuseException(Errno.EACCES);
    byte[] content =
        switch (name) {
          case "attestation_type" -> "dcap".getBytes(StandardCharsets.US_ASCII);
          case "my_target_info" -> TargetInfo.of(EnclaveReport.read(body())).bytes();
          case "target_info" -> targetInfo.clone();
          case "user_report_data" -> reportData.clone();
          case "report" ->
              TargetInfo.parse(targetInfo)
                  .map(target -> platform.report(body(), target))
                  .orElseThrow(() -> new FuseException(Errno.EACCES));
          case "quote" -> quote();
          case "_sgx_mrenclave" -> platform.sealKey(instance.enclave, false);
          case "_sgx_mrsigner" -> platform.sealKey(instance.enclave, true);
          case "platform" ->
              ("{\"tee\":\"sgx-sim\",\"platform\":\"" + platform.name() + "\",\"simulated\":true}")
                  .getBytes(StandardCharsets.US_ASCII);
          default -> new byte[0];
        };
    long handle = nextHandle.getAndIncrement();
    handles.put(handle, content);
    return new Opened(handle, FuseFlags.OPEN_DIRECT_IO);
  }

  private byte[] quote() {
    long now = System.nanoTime() / 1_000_000_000L;
    if (now != second) {
      second = now;
      quotes = 0;
    }
    if (++quotes > QUOTES_PER_SECOND) throw new FuseException(Errno.EAGAIN);
    return platform.quote(body());
  }

  @Override
  public void release(long node, long handle) {
    handles.remove(handle);
  }

  @Override
  public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
    byte[] content = handles.get(handle);
    if (content == null) throw new FuseException(Errno.EBADF);
    if (offset < content.length)
      into.put(content, (int) offset, Math.min(into.remaining(), content.length - (int) offset));
  }

  @Override
  public synchronized int write(
      FuseCaller caller, long node, long handle, long offset, ByteBuffer data, int flags) {
    if (!handles.containsKey(handle)) throw new FuseException(Errno.EBADF);
    if (instance.isRetired()) throw new FuseException(Errno.EACCES);
    if (offset != 0) throw new FuseException(Errno.EINVAL);
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    switch (name(node)) {
      case "target_info" -> targetInfo = Arrays.copyOf(bytes, TargetInfo.SIZE);
      case "user_report_data" -> reportData = Arrays.copyOf(bytes, 64);
      case "verify_report" -> {
        if (bytes.length != ReportBytes.SIZE) throw new FuseException(Errno.EINVAL);
        if (!platform.verify(bytes, body())) throw new FuseException(Errno.EACCES);
      }
      case "retire" -> instance.retire();
      default -> throw new FuseException(Errno.EACCES);
    }
    return bytes.length;
  }

  @Override
  public void readdir(long node, long after, Entries entries) {
    if (after < 1 && !entries.add(new byte[] {'.'}, 1, 1, attr(1))) return;
    if (after < 2 && !entries.add(new byte[] {'.', '.'}, 2, 1, attr(1))) return;
    boolean keys = node == KEYS_DIRECTORY;
    var names = keys ? KEYS : NAMES;
    long first = keys ? KEYS_DIRECTORY + 1 : 2;
    for (int i = (int) Math.max(0, after - 2); i < names.size(); i++) {
      byte[] name = names.get(i).getBytes(StandardCharsets.US_ASCII);
      if (!entries.add(name, i + 3L, first + i, attr(first + i))) return;
    }
    if (!keys && after < names.size() + 3L) {
      boolean unused =
          entries.add(
              "keys".getBytes(StandardCharsets.US_ASCII),
              names.size() + 3L,
              KEYS_DIRECTORY,
              attr(KEYS_DIRECTORY));
    }
  }
}
