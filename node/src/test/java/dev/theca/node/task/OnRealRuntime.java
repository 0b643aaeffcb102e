package dev.theca.node.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests with plain containers on the real OCI runtime, as containerd drives them. */
@Timeout(600)
abstract class OnRealRuntime {
  static final int STOPPED = 3;
  static final int PAUSED = 4;

  @TempDir Path folder;
  Stand stand;

  @BeforeEach
  void stand() throws Exception {
    assumeTrue(Stand.possible(), "needs root, runc and busybox-static");
    stand = new Stand(folder);
  }

  @AfterEach
  void clean() throws Exception {
    if (stand != null) stand.close();
  }

  static void refused(RpcStatus status, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TtrpcException.class, e -> assertThat(e.status()).as(e.toString()).isEqualTo(status));
  }
}
