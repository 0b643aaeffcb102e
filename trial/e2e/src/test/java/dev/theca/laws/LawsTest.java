package dev.theca.laws;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the architecture. Each fails the build. */
class LawsTest {
  private static final List<String> ENCLAVE_ROOMS =
      List.of(
          "agent", "enclave", "sealfs", "image", "evidence", "collateral", "rego", "linux", "wire");

  /** Third-party jars that enclave code may carry; each has a note in decisions/. */
  private static final Set<String> ENCLAVE_JARS = Set.of("tools.jackson.core:jackson-core");

  /** TLS hands its callback a socket as an argument; it is never used. */
  private static final String TLS_CALLBACK = "dev.theca.evidence.ratls.AttestedTrustManager";

  static Set<String> rooms() {
    return House.TABLE.keySet();
  }

  static JavaClasses classes(String room) {
    return new ClassFileImporter().importPath(House.classes(room));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void law_1_a_room_requires_exactly_what_the_table_says(String room) {
    assertThat(House.requiredRooms(room)).as("module of " + room).isEqualTo(House.TABLE.get(room));
    var own = new TreeSet<String>();
    for (String dependency : House.pomDependencies(room)) {
      if (dependency.startsWith("dev.theca:")) own.add(dependency.substring(10));
    }
    assertThat(own).as("pom of " + room).isEqualTo(House.TABLE.get(room));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "operator"})
  void law_2_host_code_cannot_name_a_key(String room) {
    assertThat(House.reach(room))
        .doesNotContain("evidence", "collateral", "image", "sealfs", "enclave", "agent", "broker");
    for (var export : House.module("wire").exports()) {
      if (!holdsKeys(export.source())) continue;
      assertThat(export.targets())
          .as("rooms that see " + export.source())
          .isNotEmpty()
          .doesNotContain("dev.theca.node", "dev.theca.operator");
    }
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.theca.wire.secret..", "dev.theca.wire.jose..")
        .allowEmptyShould(true)
        .check(classes(room));
  }

  private static boolean holdsKeys(String wirePackage) {
    return wirePackage.endsWith(".secret") || wirePackage.endsWith(".jose");
  }

  @Test
  void law_2_the_secret_package_exists_and_is_exported_to_named_rooms_only() {
    assertThat(House.module("wire").exports())
        .anyMatch(e -> e.source().equals("dev.theca.wire.secret") && e.isQualified());
  }

  @Test
  void law_3_enclave_code_reaches_neither_host_code_nor_the_command_line() {
    for (String room : ENCLAVE_ROOMS) {
      assertThat(House.reach(room))
          .as(room)
          .doesNotContain("node", "operator", "cli", "broker", "interop");
    }
  }

  @Test
  void law_3_enclave_code_carries_no_jar_that_is_not_listed() {
    for (String room : ENCLAVE_ROOMS) {
      var foreign = new TreeSet<>(House.pomDependencies(room));
      foreign.removeIf(dependency -> dependency.startsWith("dev.theca:"));
      assertThat(ENCLAVE_JARS).as("jars of " + room).containsAll(foreign);
    }
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void law_4_native_calls_live_in_linux_only(String room) {
    if (room.equals("linux")) return;
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .allowEmptyShould(true)
        .check(classes(room));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evidence", "rego"})
  void law_5_judgement_is_pure(String room) {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net.http..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .callMethodWhere(readsAClock())
        .allowEmptyShould(true)
        .check(classes(room));
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(TLS_CALLBACK)
        .should()
        .dependOnClassesThat(isFileOrSocket())
        .allowEmptyShould(true)
        .check(classes(room));
  }

  @Test
  void simulated_things_are_out_of_reach_of_production_rooms() {
    for (String room : rooms()) {
      if (Set.of("simulator", "cli").contains(room)) continue;
      assertThat(House.reach(room)).as(room).doesNotContain("forge", "simulator");
    }
  }

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> isFileOrSocket() {
    var names =
        Set.of(
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.RandomAccessFile",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.net.InetAddress",
            "java.net.URL");
    return DescribedPredicate.describe("a file or a socket", c -> names.contains(c.getFullName()));
  }

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaMethodCall> readsAClock() {
    return DescribedPredicate.describe("reads a clock", call -> clock(call.getTarget()));
  }

  private static boolean clock(AccessTarget target) {
    String owner = target.getOwner().getFullName();
    return owner.equals("java.lang.System")
            && Set.of("currentTimeMillis", "nanoTime").contains(target.getName())
        || owner.equals("java.time.Instant") && target.getFullName().contains("now()")
        || owner.equals("java.time.Clock") && target.getName().startsWith("system")
        || owner.equals("java.time.InstantSource") && target.getName().equals("system");
  }
}
