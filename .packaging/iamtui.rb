# The Homebrew formula; the release fills in what stands between @ signs.
class Iamtui < Formula
  desc "AWS IAM console in a terminal, with the IAM and STS emulator that it carries"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/iamtui-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256_aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/iamtui-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256_x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/iamtui-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256_aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/iamtui-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256_x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "iamtui"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/iamtui.bash" => "iamtui"
    zsh_completion.install "completions/_iamtui"
    fish_completion.install "completions/iamtui.fish"
  end

  test do
    (testpath/"policy.json").write '{"Version":"2012-10-17","Statement":[]}'
    assert_match "iamtui #{version}", shell_output("#{bin}/iamtui -V")
    shell_output("#{bin}/iamtui validate policy.json", 1)
  end
end
