package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateFileTest {
  private static final int ROOT = 0;
  private static final int SELF = 10001;
  private static final int OTHER = 1000;

  @ParameterizedTest
  @CsvSource({"rw-------", "r--------", "rwx------", "r--r-----", "rw-r-----"})
  void root_may_lend_a_secret_to_the_group_of_the_process(String mode) {
    assertThat(PrivateFile.isPrivate(PosixFilePermissions.fromString(mode), ROOT, SELF)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"rw-rw----", "r--r--r--", "r-----r--", "r--r-x---", "r------w-"})
  void nobody_may_lend_it_further_or_for_writing(String mode) {
    assertThat(PrivateFile.isPrivate(PosixFilePermissions.fromString(mode), ROOT, SELF)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10001, 10001", "1000, 10001", "0, 0"})
  void a_file_of_ones_own_or_of_another_user_is_for_no_group(int owner, int self) {
    var lent = PosixFilePermissions.fromString("r--r-----");
    assertThat(PrivateFile.isPrivate(lent, owner, self)).isFalse();
    var kept = PosixFilePermissions.fromString("r--------");
    assertThat(PrivateFile.isPrivate(kept, owner, self)).isTrue();
    assertThat(PrivateFile.isPrivate(lent, OTHER, SELF)).isFalse();
  }
}
