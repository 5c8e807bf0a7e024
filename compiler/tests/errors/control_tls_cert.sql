SET control.tls_cert = '/etc/plant.pem';
