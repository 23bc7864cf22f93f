# bash completion for trestle, made by 'trestle completion bash'.
# SPDX-License-Identifier: Apache-2.0
_trestle_nouns='about host vm disk repo pool network storage agent api schema send template sim'
_trestle_verbs() {
  case "$1" in
    host) echo 'show hardware mounts plugins luns own release roles log reboot shutdown ping ntp ntp-set ntp-off timezone boot-time clock stats password poll prepare unprepare control doctor logs' ;;
    vm) echo 'list show config create configure diff start stop reboot pause unpause save restore migrate delete ha vnc stats cores' ;;
    disk) echo 'create list info delete import copy' ;;
    repo) echo 'list show discover create add mount unmount delete import-iso import-template' ;;
    pool) echo 'show members destroy rename create join leave' ;;
    network) echo 'show local bridge vlan-bridge vlan ip mtu meta bond bond-mode vip' ;;
    storage) echo 'mount unmount info file-systems mounts' ;;
    agent) echo 'call decode' ;;
    api) echo 'list check diff rows' ;;
    schema) echo 'check' ;;
    template) echo 'inspect convert verify install serve list remove make-cd list-cd compare-cd put-cd' ;;
    sim) echo 'serve ctl services' ;;
  esac
}
_trestle_options() {
  case "$1" in
    'about') echo '--json --verbose --help' ;;
    'host show') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host hardware') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host mounts') echo '--type --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host plugins') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host luns') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host own') echo '--manager --owner-file --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host release') echo '--manager --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host roles') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host log') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host reboot') echo '--confirm --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host shutdown') echo '--confirm --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host ping') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host ntp') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host ntp-set') echo '--local --allow-query --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host ntp-off') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host timezone') echo '--local-clock --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host boot-time') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host clock') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host stats') echo '--bridge --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host password') echo '--new-password-file --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host poll') echo '--file --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host prepare') echo '--ssh-user --ssh-port --ssh-key --ssh-password-file --host-key --known-hosts --accept-new-host-key --ssh-allow-sha1 --host-python --host-root --parallel --scripts --agent-restart --restart-xend --skip-patch --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host unprepare') echo '--ssh-user --ssh-port --ssh-key --ssh-password-file --host-key --known-hosts --accept-new-host-key --ssh-allow-sha1 --host-python --host-root --parallel --scripts --agent-restart --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host control') echo '--key --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host doctor') echo '--bridge --mount --ssh-user --ssh-port --ssh-key --ssh-password-file --host-key --known-hosts --accept-new-host-key --ssh-allow-sha1 --host-python --host-root --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'host logs') echo '--lines --follow --ssh-user --ssh-port --ssh-key --ssh-password-file --host-key --known-hosts --accept-new-host-key --ssh-allow-sha1 --host-python --host-root --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm list') echo '--running --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm show') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm config') echo '--raw --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm create') echo '--repo --spec --name --memory --vcpus --disk --iso --nic --type --id --ha --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm configure') echo '--repo --spec --remove-disk --remove-nic --name --memory --vcpus --disk --iso --nic --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm diff') echo '--spec --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm start') echo '--wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm stop') echo '--force --wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm reboot') echo '--guest-wait --wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm pause') echo '--wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm unpause') echo '--wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm save') echo '--checkpoint --wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm restore') echo '--paused --wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm migrate') echo '--to --to-url --cold --ssl --wait --repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm delete') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm ha') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm vnc') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm stats') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'vm cores') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk create') echo '--repo --size --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk list') echo '--repo --sizes --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk info') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk delete') echo '--repo --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk import') echo '--repo --name --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'disk copy') echo '--repo --sparse --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo list') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo show') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo discover') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo create') echo '--name --id --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo add') echo '--id --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo mount') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo unmount') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo delete') echo '--erase --confirm --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo import-iso') echo '--repo --name --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'repo import-template') echo '--repo --name --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool show') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool members') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool destroy') echo '--confirm --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool rename') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool create') echo '--virtual-ip --id --ip --node-number --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool join') echo '--ip --node-number --member --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'pool leave') echo '--ip --member --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network show') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network local') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network bridge') echo '--device --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network vlan-bridge') echo '--device --vlan --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network vlan') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network ip') echo '--address --netmask --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network mtu') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network meta') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network bond') echo '--device --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network bond-mode') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'network vip') echo '--base --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'storage mount') echo '--fs-id --mount-point --plugin --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'storage unmount') echo '--fs-id --mount-point --plugin --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'storage info') echo '--fs-id --plugin --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'storage file-systems') echo '--plugin --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'storage mounts') echo '--plugin --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'agent call') echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'agent decode') echo '--method --typed --json --verbose --help' ;;
    'api list') echo '--group --markdown --json --verbose --help' ;;
    'api check') echo '--json --verbose --help' ;;
    'api diff') echo '--json --verbose --help' ;;
    'api rows') echo '--json --verbose --help' ;;
    'schema check') echo '--json --verbose --help' ;;
    'send') echo '--setting --settings --startup --ping --go-on --json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help' ;;
    'template inspect') echo '--checksum --ca-file --json --verbose --help' ;;
    'template convert') echo '--to --subformat --round-mib --force --no-manifest --checksum --ca-file --json --verbose --help' ;;
    'template verify') echo '--manifest --json --verbose --help' ;;
    'template install') echo '--secondary --id --cloudstack --name --checksum --ca-file --force --json --verbose --help' ;;
    'template serve') echo '--id --host --listen --for --cloudstack --name --json --verbose --help' ;;
    'template list') echo '--secondary --json --verbose --help' ;;
    'template remove') echo '--secondary --id --force --json --verbose --help' ;;
    'template make-cd') echo '--out --force --json --verbose --help' ;;
    'template list-cd') echo '--json --verbose --help' ;;
    'template compare-cd') echo '--json --verbose --help' ;;
    'template put-cd') echo '--into --json --verbose --help' ;;
    'sim serve') echo '--help' ;;
    'sim ctl') echo '--help' ;;
    'sim services') echo '--help' ;;
    *) echo '--json --verbose --url --user --password-file --pin --ca-file --insecure --allow-tls10 --timeout --help --version' ;;
  esac
}
_trestle_value() {
  case "$1" in
    'host mounts --type') echo 'none' ;;
    'host own --manager') echo 'none' ;;
    'host own --owner-file') echo 'file' ;;
    'host release --manager') echo 'none' ;;
    'host reboot --confirm') echo 'none' ;;
    'host shutdown --confirm') echo 'none' ;;
    'host stats --bridge') echo 'none' ;;
    'host password --new-password-file') echo 'file' ;;
    'host poll --file') echo 'file' ;;
    'host prepare --ssh-user') echo 'none' ;;
    'host prepare --ssh-port') echo 'none' ;;
    'host prepare --ssh-key') echo 'file' ;;
    'host prepare --ssh-password-file') echo 'file' ;;
    'host prepare --host-key') echo 'none' ;;
    'host prepare --known-hosts') echo 'file' ;;
    'host prepare --host-python') echo 'none' ;;
    'host prepare --host-root') echo 'directory' ;;
    'host prepare --parallel') echo 'none' ;;
    'host prepare --scripts') echo 'directory' ;;
    'host prepare --agent-restart') echo 'none' ;;
    'host prepare --skip-patch') echo 'words nozeroconf vlan-bridge xend-restart-time' ;;
    'host unprepare --ssh-user') echo 'none' ;;
    'host unprepare --ssh-port') echo 'none' ;;
    'host unprepare --ssh-key') echo 'file' ;;
    'host unprepare --ssh-password-file') echo 'file' ;;
    'host unprepare --host-key') echo 'none' ;;
    'host unprepare --known-hosts') echo 'file' ;;
    'host unprepare --host-python') echo 'none' ;;
    'host unprepare --host-root') echo 'directory' ;;
    'host unprepare --parallel') echo 'none' ;;
    'host unprepare --scripts') echo 'directory' ;;
    'host unprepare --agent-restart') echo 'none' ;;
    'host control --key') echo 'file' ;;
    'host doctor --bridge') echo 'none' ;;
    'host doctor --mount') echo 'none' ;;
    'host doctor --ssh-user') echo 'none' ;;
    'host doctor --ssh-port') echo 'none' ;;
    'host doctor --ssh-key') echo 'file' ;;
    'host doctor --ssh-password-file') echo 'file' ;;
    'host doctor --host-key') echo 'none' ;;
    'host doctor --known-hosts') echo 'file' ;;
    'host doctor --host-python') echo 'none' ;;
    'host doctor --host-root') echo 'directory' ;;
    'host logs --lines') echo 'none' ;;
    'host logs --ssh-user') echo 'none' ;;
    'host logs --ssh-port') echo 'none' ;;
    'host logs --ssh-key') echo 'file' ;;
    'host logs --ssh-password-file') echo 'file' ;;
    'host logs --host-key') echo 'none' ;;
    'host logs --known-hosts') echo 'file' ;;
    'host logs --host-python') echo 'none' ;;
    'host logs --host-root') echo 'directory' ;;
    'vm show --repo') echo 'none' ;;
    'vm config --repo') echo 'none' ;;
    'vm create --repo') echo 'none' ;;
    'vm create --spec') echo 'file' ;;
    'vm create --name') echo 'none' ;;
    'vm create --memory') echo 'none' ;;
    'vm create --vcpus') echo 'none' ;;
    'vm create --disk') echo 'none' ;;
    'vm create --iso') echo 'none' ;;
    'vm create --nic') echo 'none' ;;
    'vm create --type') echo 'words xen_pvm xen_hvm xen_hvm_pv_drivers' ;;
    'vm create --id') echo 'none' ;;
    'vm configure --repo') echo 'none' ;;
    'vm configure --spec') echo 'file' ;;
    'vm configure --remove-disk') echo 'none' ;;
    'vm configure --remove-nic') echo 'none' ;;
    'vm configure --name') echo 'none' ;;
    'vm configure --memory') echo 'none' ;;
    'vm configure --vcpus') echo 'none' ;;
    'vm configure --disk') echo 'none' ;;
    'vm configure --iso') echo 'none' ;;
    'vm configure --nic') echo 'none' ;;
    'vm diff --spec') echo 'file' ;;
    'vm diff --repo') echo 'none' ;;
    'vm start --wait') echo 'none' ;;
    'vm start --repo') echo 'none' ;;
    'vm stop --wait') echo 'none' ;;
    'vm stop --repo') echo 'none' ;;
    'vm reboot --guest-wait') echo 'none' ;;
    'vm reboot --wait') echo 'none' ;;
    'vm reboot --repo') echo 'none' ;;
    'vm pause --wait') echo 'none' ;;
    'vm pause --repo') echo 'none' ;;
    'vm unpause --wait') echo 'none' ;;
    'vm unpause --repo') echo 'none' ;;
    'vm save --wait') echo 'none' ;;
    'vm save --repo') echo 'none' ;;
    'vm restore --wait') echo 'none' ;;
    'vm restore --repo') echo 'none' ;;
    'vm migrate --to') echo 'none' ;;
    'vm migrate --to-url') echo 'none' ;;
    'vm migrate --wait') echo 'none' ;;
    'vm migrate --repo') echo 'none' ;;
    'vm delete --repo') echo 'none' ;;
    'vm ha --repo') echo 'none' ;;
    'vm vnc --repo') echo 'none' ;;
    'vm stats --repo') echo 'none' ;;
    'vm cores --repo') echo 'none' ;;
    'disk create --repo') echo 'none' ;;
    'disk create --size') echo 'none' ;;
    'disk list --repo') echo 'none' ;;
    'disk info --repo') echo 'none' ;;
    'disk delete --repo') echo 'none' ;;
    'disk import --repo') echo 'none' ;;
    'disk import --name') echo 'none' ;;
    'disk copy --repo') echo 'none' ;;
    'repo create --name') echo 'none' ;;
    'repo create --id') echo 'none' ;;
    'repo add --id') echo 'none' ;;
    'repo delete --confirm') echo 'none' ;;
    'repo import-iso --repo') echo 'none' ;;
    'repo import-iso --name') echo 'none' ;;
    'repo import-template --repo') echo 'none' ;;
    'repo import-template --name') echo 'none' ;;
    'pool destroy --confirm') echo 'none' ;;
    'pool create --virtual-ip') echo 'none' ;;
    'pool create --id') echo 'none' ;;
    'pool create --ip') echo 'none' ;;
    'pool create --node-number') echo 'none' ;;
    'pool join --ip') echo 'none' ;;
    'pool join --node-number') echo 'none' ;;
    'pool join --member') echo 'none' ;;
    'pool leave --ip') echo 'none' ;;
    'pool leave --member') echo 'none' ;;
    'network bridge --device') echo 'none' ;;
    'network vlan-bridge --device') echo 'none' ;;
    'network vlan-bridge --vlan') echo 'none' ;;
    'network ip --address') echo 'none' ;;
    'network ip --netmask') echo 'none' ;;
    'network bond --device') echo 'none' ;;
    'network vip --base') echo 'none' ;;
    'storage mount --fs-id') echo 'none' ;;
    'storage mount --mount-point') echo 'none' ;;
    'storage mount --plugin') echo 'none' ;;
    'storage unmount --fs-id') echo 'none' ;;
    'storage unmount --mount-point') echo 'none' ;;
    'storage unmount --plugin') echo 'none' ;;
    'storage info --fs-id') echo 'none' ;;
    'storage info --plugin') echo 'none' ;;
    'storage file-systems --plugin') echo 'none' ;;
    'storage mounts --plugin') echo 'none' ;;
    'agent decode --method') echo 'none' ;;
    'api list --group') echo 'none' ;;
    'send --setting') echo 'none' ;;
    'send --settings') echo 'file' ;;
    'template inspect --checksum') echo 'none' ;;
    'template inspect --ca-file') echo 'file' ;;
    'template convert --to') echo 'words raw vhd' ;;
    'template convert --subformat') echo 'words dynamic fixed' ;;
    'template convert --checksum') echo 'none' ;;
    'template convert --ca-file') echo 'file' ;;
    'template verify --manifest') echo 'file' ;;
    'template install --secondary') echo 'directory' ;;
    'template install --id') echo 'none' ;;
    'template install --cloudstack') echo 'none' ;;
    'template install --name') echo 'none' ;;
    'template install --checksum') echo 'none' ;;
    'template install --ca-file') echo 'file' ;;
    'template serve --id') echo 'none' ;;
    'template serve --host') echo 'none' ;;
    'template serve --listen') echo 'none' ;;
    'template serve --for') echo 'none' ;;
    'template serve --cloudstack') echo 'none' ;;
    'template serve --name') echo 'none' ;;
    'template list --secondary') echo 'directory' ;;
    'template remove --secondary') echo 'directory' ;;
    'template remove --id') echo 'none' ;;
    'template make-cd --out') echo 'file' ;;
    'template put-cd --into') echo 'directory' ;;
    *' --url') echo 'none' ;;
    *' --user') echo 'none' ;;
    *' --password-file') echo 'file' ;;
    *' --pin') echo 'none' ;;
    *' --ca-file') echo 'file' ;;
    *' --timeout') echo 'none' ;;
  esac
}
_trestle_operand() {
  case "$1" in
    'host roles '*) echo 'words xen utility' ;;
    'vm ha '1) echo 'words on off' ;;
    'network local '0) echo 'words start stop' ;;
    'network bridge '0) echo 'words start stop' ;;
    'network vlan-bridge '0) echo 'words start stop' ;;
    'network vlan '0) echo 'words add remove' ;;
    'network ip '0) echo 'words set dhcp flush' ;;
    'network bond-mode '1) echo 'words active-backup 802.3ad balance-alb' ;;
    'network vip '0) echo 'words set clear' ;;
    'agent decode '0) echo 'file' ;;
    'api check '0) echo 'directory' ;;
    'api diff '0) echo 'file' ;;
    'api diff '1) echo 'file' ;;
    'api rows '0) echo 'file' ;;
    'schema check '*) echo 'file' ;;
    'send '0) echo 'file' ;;
    'template inspect '0) echo 'file' ;;
    'template convert '0) echo 'file' ;;
    'template convert '1) echo 'file' ;;
    'template verify '0) echo 'file' ;;
    'template verify '1) echo 'file' ;;
    'template install '0) echo 'file' ;;
    'template serve '0) echo 'file' ;;
    'template make-cd '*) echo 'file' ;;
    'template list-cd '0) echo 'file' ;;
    'template compare-cd '0) echo 'file' ;;
    'template compare-cd '1) echo 'file' ;;
    'template put-cd '0) echo 'file' ;;
  esac
}

# Sets noun, path, operands and expects (an option whose value stands under the cursor) from the
# words before the cursor.
_trestle_scan() {
  noun='' path='' operands=0 expects=''
  local word
  for word in "$@"; do
    if [ -n "$expects" ]; then expects=''; continue; fi
    case "$word" in
      --*=*) continue ;;
      -*) if [ -n "$(_trestle_value "$path $word")" ]; then expects="$word"; fi; continue ;;
    esac
    if [ -z "$noun" ]; then
      noun="$word" path="$word"
    elif [ "$path" = "$noun" ] && [ -n "$(_trestle_verbs "$noun")" ]; then
      path="$noun $word"
    else
      operands=$((operands + 1))
    fi
  done
}
# Prints the kind of what stands under the cursor and its words: "words A B", "options A B", "file".
_trestle_wanted() {
  local kind
  if [ -n "$expects" ]; then _trestle_value "$path $expects"; return; fi
  case "$1" in -*) echo "options $(_trestle_options "$path")"; return ;; esac
  if [ -z "$noun" ]; then echo "words $_trestle_nouns"; return; fi
  if [ "$path" = "$noun" ] && [ -n "$(_trestle_verbs "$noun")" ]; then
    echo "words $(_trestle_verbs "$noun")"; return
  fi
  kind="$(_trestle_operand "$path $operands")"
  echo "${kind:-none}"
}

_trestle() {
  local noun path operands expects wanted current line
  local -a given
  # Bash splits words at ':' and '=', which would take a URL apart; the line itself does not.
  line="${COMP_LINE:0:COMP_POINT}"
  read -ra given <<< "$line"
  current=''
  case "$line" in
    *[![:space:]]) current="${given[${#given[@]}-1]}"; unset "given[${#given[@]}-1]" ;;
  esac
  _trestle_scan "${given[@]:1}"
  wanted="$(_trestle_wanted "$current")"
  COMPREPLY=()
  case "$wanted" in
    words\ *|options\ *) mapfile -t COMPREPLY < <(compgen -W "${wanted#* }" -- "$current") ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _trestle trestle
