# Sourced by mvnw, berth and check: where JDK 25 and Maven are on this machine.

readonly JDK_RELEASE=25

can_install() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; }

install_packages() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

jdk_at() {
  [[ -x $1/bin/javac ]] && grep -q "^JAVA_VERSION=\"$JDK_RELEASE[.\"]" "$1/release" 2>/dev/null
}

# Prints the home of a JDK of the wanted release: JAVA_HOME, the java on the path, or one where distributions put them.
find_jdk() {
  local candidate java
  java=$(command -v java || true)
  for candidate in "${JAVA_HOME:-}" "${java:+$(dirname "$(dirname "$(readlink -f "$java")")")}" \
    /usr/lib/jvm/* /opt/jdk* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if [[ -n $candidate ]] && jdk_at "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  if can_install && [[ -n $(apt-cache search --names-only "^openjdk-$JDK_RELEASE-jdk-headless$" 2>/dev/null) ]]; then
    echo "berth: installing openjdk-$JDK_RELEASE-jdk-headless" >&2
    install_packages "openjdk-$JDK_RELEASE-jdk-headless" >&2
    for candidate in /usr/lib/jvm/*; do
      if jdk_at "$candidate"; then
        echo "$candidate"
        return
      fi
    done
  fi
  echo "berth: JDK $JDK_RELEASE is missing: install one (a package openjdk-$JDK_RELEASE-jdk, or Temurin $JDK_RELEASE) or set JAVA_HOME to it" >&2
  return 1
}

find_maven() {
  if [[ -n ${MAVEN_HOME:-} && -x $MAVEN_HOME/bin/mvn ]]; then
    echo "$MAVEN_HOME/bin/mvn"
  elif command -v mvn >/dev/null; then
    command -v mvn
  elif can_install; then
    echo "berth: installing maven" >&2
    install_packages maven >&2
    command -v mvn
  else
    echo "berth: Maven is missing: install the package maven (3.8 or newer) or set MAVEN_HOME to one" >&2
    return 1
  fi
}
