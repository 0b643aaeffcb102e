package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileKeyTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("state/kek");
  }

  private static Secret dataKey() {
    return Secret.moveFrom(new byte[] {1, 2, 3, 4});
  }

  @Test
  void a_key_made_on_first_use_has_32_bytes_for_its_owner_only() throws Exception {
    var made = FileKey.openOrCreate(file());
    assertThat(Files.size(file())).isEqualTo(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    try (var files = Files.list(file().getParent())) {
      assertThat(files).containsExactly(file());
    }
    assertThat(FileKey.openOrCreate(file()).name()).isEqualTo(made.name());
    try (var again = FileKey.open(file()).unwrap(made.wrap(dataKey(), "c"), "c")) {
      assertThat(again.sameAs(dataKey())).isTrue();
    }
  }

  @Test
  void processes_that_start_together_end_with_one_key() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var names =
          threads.invokeAll(
              IntStream.range(0, 16)
                  .<Callable<String>>mapToObj(_ -> () -> FileKey.openOrCreate(file()).name())
                  .toList());
      for (var name : names) assertThat(name.get()).isEqualTo(names.getFirst().get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
  void a_file_that_others_can_use_is_refused_with_the_remedy(String mode) throws Exception {
    FileKey.openOrCreate(file()).close();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> FileKey.open(file()))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining("chmod 600 " + file());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 4096})
  void a_file_of_another_size_is_refused(int bytes) throws Exception {
    FileKey.openOrCreate(file()).close();
    Files.write(file(), new byte[bytes]);
    assertThatThrownBy(() -> FileKey.open(file())).isInstanceOf(SealFault.class);
  }

  @Test
  void a_missing_file_is_not_replaced_by_a_new_key() {
    assertThatThrownBy(() -> FileKey.open(file()))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining("is missing; restore it");
    assertThat(file()).doesNotExist();
  }

  @Test
  void a_folder_is_no_key() {
    assertThatThrownBy(() -> FileKey.open(folder)).isInstanceOf(SealFault.class);
  }

  @Test
  void a_key_wrapped_for_another_context_or_under_another_key_does_not_unwrap() {
    var key = FileKey.openOrCreate(file());
    var other = FileKey.openOrCreate(folder.resolve("other"));
    byte[] wrapped = key.wrap(dataKey(), "data-key/1");
    assertThat(key.name()).isNotEqualTo(other.name()).startsWith("file:").hasSize(21);
    assertThatThrownBy(() -> key.unwrap(wrapped, "data-key/2")).isInstanceOf(SealFault.class);
    assertThatThrownBy(() -> other.unwrap(wrapped, "data-key/1")).isInstanceOf(SealFault.class);
    assertThatThrownBy(() -> key.unwrap(new byte[0], "c")).isInstanceOf(SealFault.class);
  }
}
