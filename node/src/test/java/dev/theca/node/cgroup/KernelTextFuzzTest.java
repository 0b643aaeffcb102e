package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files of control groups, changed at random: no folder outside their tree, and no exception. */
class KernelTextFuzzTest {
  private static final Path BASE = Path.of("/sys/fs/cgroup");

  private static long run(String name, Fuzz.Target target, String... seeds) {
    return Fuzz.run(
        name,
        List.of(seeds).stream().map(seed -> seed.getBytes(StandardCharsets.UTF_8)).toList(),
        target);
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  @Test
  void groups_of_processes() {
    long inputs =
        run(
            "proc-cgroup",
            input -> {
              for (boolean unified : new boolean[] {true, false})
                for (Path folder :
                    new CgroupTree(BASE, unified).parse(text(input)).folders().values())
                  if (!folder.normalize().equals(folder) || !folder.startsWith(BASE))
                    throw new IllegalStateException(folder + " is outside");
            },
            "5:memory:/a/b\n3:cpu,cpuacct:/c\n1:name=systemd:/\n0::/../x\n");
    assertThat(inputs).isGreaterThan(100);
  }

  @Test
  void counters() {
    long inputs =
        run(
            "cgroup-files",
            input -> {
              KernelText.pairs(text(input));
              KernelText.nested(text(input)).forEach(line -> line.real("avg10"));
              KernelText.words(text(input)).forEach(KernelText::number);
              BlockIo.parse(text(input));
              BlockIo.names(text(input));
            },
            "cache 1\nrss max\n",
            "some avg10=1.50 avg60=2.25 avg300=0.00 total=123\n",
            "8:0 Read 10\nTotal 30\n",
            "254 0 264212084 vda\n");
    assertThat(inputs).isGreaterThan(100);
  }
}
