SET control.token = '${TOKEN}';
SET control.tls_cert = '/etc/plant.pem';
SET control.tls_key = '/etc/plant.key';
SET control.listen = 'off';
