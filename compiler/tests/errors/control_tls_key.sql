SET control.tls_key = '/etc/plant.key';
