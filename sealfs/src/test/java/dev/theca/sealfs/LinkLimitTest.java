package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The largest number of links. */
class LinkLimitTest {
  @Test
  void a_file_has_at_most_65000_links() throws Exception {
    try (var bed = PosixBed.make(PosixBed.Kind.UPPER, VolumeOptions.USUAL)) {
      assertThat(
              bed.python(
                  """
                make("file", "f"), os.mkdir("d")
                for i in range(64_999):
                    os.link("f", "d/%d" % i)
                print(links("f"), word(os.link, "f", "d/more"), links("f"))
                os.unlink("d/7")
                print(word(os.link, "f", "d/more"), links("f"))
                clear("d")
                print(links("f"))
                """))
          .isEqualTo("65000 EMLINK 65000\nok 65000\n1");
    }
  }
}
