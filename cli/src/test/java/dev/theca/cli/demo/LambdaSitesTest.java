package dev.theca.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaSitesTest {
  /** Lambdas of each kind; run by a JVM of its own. */
  static final class Many {
    public static void main(String[] args) {
      long number = args.length;
      int small = args.length;
      Supplier<List<Object>> captures = () -> List.of(number, small, args.length);
      Function<String, Integer> none = text -> text.length();
      Function<String, StringBuilder> makes = StringBuilder::new;
      Function<String, String> other = String::valueOf;
      Supplier<Integer> bound = "bound"::length;
      // no "+": that would be more call sites, of another kind
      System.out.println(captures.get());
      System.out.println(none.apply("four"));
      System.out.println(makes.apply("x"));
      System.out.println(other.apply("y"));
      System.out.println(bound.get());
    }
  }

  @TempDir Path folder;

  private static byte[] classFile() throws IOException {
    String name = Many.class.getName().replace('.', '/') + ".class";
    try (InputStream in = Many.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private Path jar() throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Many.class.getName());
    Path jar = folder.resolve("many.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry(Many.class.getName().replace('.', '/') + ".class"));
      out.write(classFile());
    }
    return jar;
  }

  private Path archive(Path jar, String name) throws IOException {
    var lines = new ArrayList<String>();
    var sites = new LambdaSites();
    sites.add(classFile());
    lines.add(Many.class.getName().replace('.', '/'));
    lines.addAll(sites.lines());
    lines.addAll(Files.readAllLines(Path.of(System.getProperty("java.home"), "lib/classlist")));
    Path list = Files.write(folder.resolve("classes"), lines);
    Path archive = folder.resolve(name);
    String unused =
        java(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + archive,
            "-cp",
            jar.toString());
    return archive;
  }

  private static String java(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void no_lambda_of_a_listed_class_is_made_when_it_is_met() throws IOException {
    Path jar = jar();
    String said =
        java(
            "-XX:SharedArchiveFile=" + archive(jar, "classes.jsa"),
            "-Xlog:class+load=info",
            "-jar",
            jar.toString());
    assertThat(said).contains("[0, 0, 0]\n4\nx\ny\n5\n");
    var lambdas = said.lines().filter(l -> l.contains(Many.class.getName() + "$$Lambda")).toList();
    assertThat(lambdas).hasSizeGreaterThanOrEqualTo(5);
    assertThat(lambdas).allMatch(l -> l.endsWith("source: shared objects file"));
    // nor a form of what is called and made
    assertThat(said).doesNotContain("LambdaForm$DMH");
  }

  @Test
  void equal_classes_give_an_equal_archive() throws IOException {
    Path jar = jar();
    assertThat(archive(jar, "one.jsa")).hasSameBinaryContentAs(archive(jar, "two.jsa"));
  }

  @Test
  void a_class_without_lambdas_adds_nothing() throws IOException {
    var sites = new LambdaSites();
    try (InputStream in = Object.class.getResourceAsStream("Object.class")) {
      sites.add(in.readAllBytes());
    }
    assertThat(sites.lines()).isEmpty();
  }
}
