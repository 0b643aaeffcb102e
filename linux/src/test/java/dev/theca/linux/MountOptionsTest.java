package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {
  // mount(2), sys/mount.h
  @ParameterizedTest
  @CsvSource({
    "ro,1",
    "nosuid,2",
    "nodev,4",
    "noexec,8",
    "sync,16",
    "remount,32",
    "mand,64",
    "dirsync,128",
    "noatime,1024",
    "nodiratime,2048",
    "bind,4096",
    "rec,16384",
    "rbind,20480",
    "relatime,2097152",
    "strictatime,16777216",
    "defaults,0"
  })
  void a_word_is_its_flag(String word, long flag) {
    assertThat(MountOptions.of(List.of(word)))
        .isEqualTo(new MountOptions(flag, List.of(), List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "ro,rw",
    "nosuid,suid",
    "nodev,dev",
    "noexec,exec",
    "sync,async",
    "mand,nomand",
    "noatime,atime",
    "nodiratime,diratime",
    "relatime,norelatime",
    "strictatime,nostrictatime"
  })
  void the_later_of_two_opposite_words_wins(String word, String opposite) {
    assertThat(MountOptions.of(List.of(word, opposite)).flags()).isZero();
    assertThat(MountOptions.of(List.of(opposite, word)).flags()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "unbindable,131072",
    "private,262144",
    "slave,524288",
    "shared,1048576",
    "runbindable,147456",
    "rprivate,278528",
    "rslave,540672",
    "rshared,1064960"
  })
  void propagation_is_kept_apart_for_a_call_of_its_own(String word, long flag) {
    assertThat(MountOptions.of(List.of("bind", word)))
        .isEqualTo(new MountOptions(Mounts.MS_BIND, List.of(flag), List.of()));
  }

  @Test
  void what_is_no_flag_is_data_in_its_order() {
    var options = MountOptions.of(List.of("lowerdir=/a:/b", "ro", "index=off", "RO", ""));
    assertThat(options.data()).isEqualTo("lowerdir=/a:/b,index=off,RO,");
    assertThat(options.flags()).isEqualTo(1);
  }

  @Test
  void the_length_of_data_counts_bytes_and_not_characters() {
    assertThat(MountOptions.of(List.of("a=\u00e4")).dataBytes()).isEqualTo(4);
  }
}
