# fish completion for ts-client
# SPDX-License-Identifier: GPL-3.0-or-later

set -l commands check export exporter replay verify

complete -c ts-client -f
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -a '(__fish_print_hostnames)'
complete -c ts-client -n __fish_is_first_token -a check -d 'Check for monitoring (Icinga, Nagios) whether a clock is within limits'
complete -c ts-client -n __fish_is_first_token -a export -d 'Write recorded exchanges as CSV or JSON Lines'
complete -c ts-client -n __fish_is_first_token -a exporter -d 'Measure continuously, for Prometheus to scrape'
complete -c ts-client -n __fish_is_first_token -a replay -d 'Run the estimator on recorded exchanges again'
complete -c ts-client -n __fish_is_first_token -a verify -d 'Verify evidence, and say what it proves'

complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s p -l port -x -d 'The server’s port (default: 10085, or 123 for ntp://)'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s t -l timeout -x -d 'Give up connecting, or waiting for an answer, after SECONDS (default: 5)'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l deadline -x -d 'End after SECONDS, whatever is still missing'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s c -l count -x -d 'Ask N times and report the best sample'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s w -l watch -d 'Show each sample, until interrupted, then a summary'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s i -l interval -x -d 'Seconds between samples (default: 1, or 0.1 for --count)'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s j -l json -d 'Write a JSON object, or one per line with --watch'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l csv -d 'Write lines of CSV: one for each host, or each sample with --watch'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s u -l unit -x -a 'auto ns us ms s' -d 'Unit of tables and of --watch: auto, ns, us, ms or s'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s q -l quiet -d 'Write nothing; the exit status is the result'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l no-color -d 'Use no colors, as if NO_COLOR were set'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l wait-until-within -x -d 'End as soon as the whole proven interval is within LIMIT, such as 10ms'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l for -x -d 'With --wait-until-within: in N samples in a row (default: 1)'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l protocol -x -a 'auto framed classic tls ntp' -d 'Speak only framed, classic, tls or ntp (default: auto)'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s 4 -l ipv4 -d 'Use only IPv4 addresses'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s 6 -l ipv6 -d 'Use only IPv6 addresses'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l record -r -F -d 'Record every exchange in FILE as well'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l tls-ca -r -F -d 'Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l evidence -r -F -d 'Write evidence into FILE, sealed by servers that can seal'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l timestamp-token -r -F -d 'Add this time-stamp token (RFC 3161) to the evidence, and measure nothing'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -l version -d 'Show the version'
complete -c ts-client -n "not __fish_seen_subcommand_from $commands" -s h -l help -d 'Show the options'

complete -c ts-client -n '__fish_seen_subcommand_from check' -a '(__fish_print_hostnames)'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s w -l warning -x -d 'Warn of offsets outside RANGE: 10ms (either way), -5ms:10ms, ~:5ms; inside with @'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s c -l critical -x -d 'Like --warning, for critical offsets'
complete -c ts-client -n '__fish_seen_subcommand_from check' -l undecided -x -a 'ok warning unknown' -d 'Status if the proven interval is partly inside: ok (default), warning or unknown'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s p -l port -x -d 'The server’s port (default: 10085, or 123 for ntp://)'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s t -l timeout -x -d 'End after SECONDS, whatever is still missing (default: 10)'
complete -c ts-client -n '__fish_seen_subcommand_from check' -l count -x -d 'Ask up to N times while the verdict is not decided (default: 8)'
complete -c ts-client -n '__fish_seen_subcommand_from check' -l tls-ca -r -F -d 'Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s V -l version -d 'Show the version'
complete -c ts-client -n '__fish_seen_subcommand_from check' -s h -l help -d 'Show the options'

complete -c ts-client -n '__fish_seen_subcommand_from export' -F
complete -c ts-client -n '__fish_seen_subcommand_from export' -l from -x -d 'Only from TIME on, such as 2026-11-30T12:00:00'
complete -c ts-client -n '__fish_seen_subcommand_from export' -l to -x -d 'Only until TIME'
complete -c ts-client -n '__fish_seen_subcommand_from export' -s s -l server -x -d 'Only of HOST, as it was typed'
complete -c ts-client -n '__fish_seen_subcommand_from export' -s f -l format -x -d 'csv (default), or json for an object per line'
complete -c ts-client -n '__fish_seen_subcommand_from export' -l version -d 'Show the version'
complete -c ts-client -n '__fish_seen_subcommand_from export' -s h -l help -d 'Show the options'

complete -c ts-client -n '__fish_seen_subcommand_from exporter' -a '(__fish_print_hostnames)'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -s l -l listen -x -d 'Serve on ADDRESS:PORT (default: 127.0.0.1:10086) or a Unix socket (PATH)'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l config -r -F -d 'Read options and hosts from FILE'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -s i -l interval -x -d 'Seconds between samples (default: 1, or 16 for public NTP servers)'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -s t -l timeout -x -d 'Give up connecting, or waiting for an answer, after SECONDS (default: 5)'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l probe -x -d 'Measure HOST on requests for /probe?target=HOST; may be repeated'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l probe-interval -x -d 'Measure each of these at most every SECONDS (default: 15)'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l bus -x -a 'session system' -d 'Answer as org.timesync.TimeSync1 on this message bus as well: session or system'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l enable-reload -d 'Reload the configuration on POST /-/reload, as on SIGHUP'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l tls-ca -r -F -d 'Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -l version -d 'Show the version'
complete -c ts-client -n '__fish_seen_subcommand_from exporter' -s h -l help -d 'Show the options'

complete -c ts-client -n '__fish_seen_subcommand_from replay' -F
complete -c ts-client -n '__fish_seen_subcommand_from replay' -s s -l server -x -d 'Only of HOST, as it was typed'
complete -c ts-client -n '__fish_seen_subcommand_from replay' -s w -l watch -d 'Show each sample'
complete -c ts-client -n '__fish_seen_subcommand_from replay' -s j -l json -d 'Write each record as a JSON object, one per line'
complete -c ts-client -n '__fish_seen_subcommand_from replay' -l version -d 'Show the version'
complete -c ts-client -n '__fish_seen_subcommand_from replay' -s h -l help -d 'Show the options'

complete -c ts-client -n '__fish_seen_subcommand_from verify' -F
complete -c ts-client -n '__fish_seen_subcommand_from verify' -l server-key -r -F -d 'Accept only seals of this key, as ts-server prints it; may be repeated'
complete -c ts-client -n '__fish_seen_subcommand_from verify' -l version -d 'Show the version'
complete -c ts-client -n '__fish_seen_subcommand_from verify' -s h -l help -d 'Show the options'
